//! Source code as one tree for all languages. The only module that knows a parser.
//!
//! tree-sitter parses; [`lower`](self) turns its trees, whose nodes differ from language to
//! language, into a [`Tree`] of calls, names, literals, named values and a few statements. A
//! lint is then written once: `ClientSecretCredential` with an argument `client_secret` is the
//! same thing as a Python keyword, a C# named argument, an object's key or a builder's setter.
//!
//! Patterns that look like code (`new X($A, $B)`, as ast-grep has them) were weighed against
//! this: each lint would need one per language, order and spelling, and none of them can say
//! "whichever way `client_secret` is given". What a value is (literal, environment, vault) is
//! asked here too ([`value`]); which lint says what is left to `detect`.

mod embed;
mod language;
mod lower;
mod notebook;
mod parser;
mod shape;
mod shell;
pub mod tree;
pub mod value;

pub use embed::{Piece, pieces, spoken};
pub use language::Language;
pub use notebook::Notebook;
pub use parser::{NotParsed, Parsers};
pub use tree::{Id, Node, NodeKind, Tree};
