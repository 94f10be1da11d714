//! Marks findings as known and accepted; drops none.
