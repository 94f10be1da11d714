//! keyless finds credentials, and the code that needs them, in projects built on
//! Azure and Microsoft Entra, and shows the way to have none.

pub mod check;
pub mod cli;
pub mod config;
pub mod detect;
pub mod document;
pub mod error;
pub mod fix;
pub mod model;
pub mod purge;
pub mod remedy;
pub mod report;
pub mod rule;
pub mod scan;
pub mod source;
pub mod syntax;
pub mod triage;
