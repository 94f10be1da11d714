//! Names of calls and members that tell where a value comes from.

use super::ValueClass;

/// By words of a path that say where settings come from.
pub(super) fn by_words(path: &[&str]) -> Option<ValueClass> {
    let mut class = None;
    for (index, word) in path.iter().enumerate() {
        let lower = word.to_ascii_lowercase();
        let word = lower.trim_start_matches('_');
        if matches!(word, "environ" | "_env" | "env" | "_server" | "getenv") && (path.len() > 1 || word != "env") {
            return Some(ValueClass::Env);
        }
        if word == "secrets" && path.get(index + 1).is_some() && path.first().is_some_and(|w| *w == "dbutils") {
            return Some(ValueClass::Vault);
        }
        let says = |part: &str| word.contains(part);
        let is_last = index + 1 == path.len();
        let is_settings = says("config")
            || says("setting")
            || word == "cfg"
            || word == "conf"
            || word == "props"
            || word == "properties"
            || says("options")
            || word == "opts"
            || word == "env_vars";
        if is_settings && (!is_last || path.len() == 1) {
            class = Some(ValueClass::Config);
        }
    }
    class
}

pub(super) fn is_vault_read(name: &str) -> bool {
    matches!(
        name,
        "GetSecret"
            | "GetSecretAsync"
            | "getSecret"
            | "get_secret"
            | "GetSecretValue"
            | "getSecretValue"
            | "get_secret_value"
            | "GetSecretValueAsync"
            | "getSecretAsync"
            | "read_secret"
            | "GetSecretBundle"
    )
}

pub(super) fn is_env_read(name: &str, path: &[&str]) -> bool {
    let says = |word: &str| path.contains(&word);
    matches!(
        name,
        "getenv"
            | "GetEnvironmentVariable"
            | "Getenv"
            | "LookupEnv"
            | "getEnv"
            | "get_env"
            | "env_var"
            | "secure_getenv"
            | "requireEnv"
            | "getEnvVar"
            | "mustGetenv"
            | "MustGetenv"
            | "getEnvironmentVariable"
            | "GetEnv"
    ) || (matches!(name, "get" | "fetch" | "str" | "pop" | "setdefault")
        && (says("environ") || says("ENV") || says("env")))
        || (matches!(name, "var" | "var_os") && says("env"))
        || (matches!(name, "env" | "option_env"))
}

pub(super) fn is_config_read(name: &str) -> bool {
    matches!(
        name,
        "GetValue"
            | "GetConnectionString"
            | "GetSection"
            | "getProperty"
            | "GetRequiredSection"
            | "GetSetting"
            | "getSetting"
            | "GetAppSetting"
            | "get_setting"
            | "config"
            | "get_config"
            | "getRequiredProperty"
    )
}

/// Calls that give back what they get.
pub(super) fn is_wrapper(name: &str) -> bool {
    is_getter(name)
        || matches!(
            name,
            "str"
                | "String"
                | "string"
                | "byte"
                | "valueOf"
                | "requireNonNull"
                | "must"
                | "from"
                | "of"
                | "format"
                | "ToString"
                | "toString"
                | "to_string"
                | "GetBytes"
                | "getBytes"
                | "encode"
                | "decode"
                | "Secret"
                | "SecureString"
                | "NetworkCredential"
                | "PSCredential"
                | "FromBase64String"
                | "b64decode"
                | "quote"
                | "ToSecureString"
                | "CSEC"
                | "SecretString"
                | "SecretBox"
                | "Uri"
                | "URL"
                | "ptr"
                | "Ptr"
                | "new"
                | "AzureKeyCredential"
                | "SecretSettingsValue"
                | "ApiKeyCredential"
                | "Some"
                | "Optional"
                | "StorageSharedKeyCredential"
                | "AzureSasCredential"
                | "SecretStr"
        )
}

/// Calls on a value that give back the value.
pub(super) fn is_getter(name: &str) -> bool {
    matches!(
        name,
        "trim"
            | "Trim"
            | "strip"
            | "rstrip"
            | "unwrap"
            | "expect"
            | "into"
            | "to_owned"
            | "clone"
            | "as_str"
            | "toCharArray"
            | "block"
            | "GetAwaiter"
            | "GetResult"
            | "getValue"
            | "get"
            | "ConfigureAwait"
            | "get_secret_value_str"
            | "c_str"
            | "TrimEnd"
            | "TrimStart"
            | "as_deref"
            | "Replace"
            | "replace"
            | "as_bytes"
            | "AsMemory"
            | "chomp"
            | "join"
            | "expose_secret"
    )
}
