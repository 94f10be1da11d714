//! Errors of the system in the words that a user would choose.

use std::io::{Error, ErrorKind};

/// Without numbers, and without what only a programmer calls an entity.
pub fn in_words(cause: &Error) -> String {
    match cause.kind() {
        ErrorKind::NotFound => "no such file or directory".to_owned(),
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::InvalidFilename => "the path is longer than the system can open".to_owned(),
        _ => {
            let text = cause.to_string();
            text.split(" (os error").next().unwrap_or_default().to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_told_without_numbers() {
        for (cause, told) in [
            (Error::from_raw_os_error(2), "no such file or directory"),
            (ErrorKind::NotFound.into(), "no such file or directory"),
            (Error::from_raw_os_error(13), "permission denied"),
            (Error::from_raw_os_error(28), "No space left on device"),
            (Error::other("it is not a file"), "it is not a file"),
        ] {
            assert_eq!(in_words(&cause), told);
        }
    }
}
