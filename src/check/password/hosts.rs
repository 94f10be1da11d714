//! Hosts at which a password is worth little: one's own, and reserved names.

/// `host`, `host:port`, `tcp:host,1433`: the name alone, small.
fn bare(host: &str) -> String {
    let host = host.trim().trim_start_matches("tcp:").to_ascii_lowercase();
    let end = if host.starts_with('[') { host.find(']').map_or(host.len(), |at| at + 1) } else { host.len() };
    let (name, rest) = host.split_at(end);
    if rest.is_empty() && !name.starts_with('[') {
        return name.split([',', ':', '\\', '/']).next().unwrap_or("").to_owned();
    }
    name.trim_matches(['[', ']']).to_owned()
}

/// Reached from this machine or this compose file only?
pub fn is_local_host(host: &str) -> bool {
    const LOCAL: [&str; 17] = [
        "",
        ".",
        "(local)",
        "(localdb)",
        "127.0.0.1",
        "0.0.0.0",
        "::1",
        "localhost",
        "host.docker.internal",
        "db",
        "database",
        "postgres",
        "mysql",
        "redis",
        "mongo",
        "sqlserver",
        "rabbitmq",
    ];
    let host = bare(host);
    LOCAL.contains(&host.as_str()) || host.ends_with(".localhost") || host.starts_with("127.")
}

/// Does the host exist only in documentation?
pub fn is_reserved_host(host: &str) -> bool {
    const NAMES: [&str; 20] = [
        "example.com",
        "example.org",
        "example.net",
        "example.edu",
        "contoso.com",
        "fabrikam.com",
        "adventure-works.com",
        "northwind.com",
        "northwindtraders.com",
        "tailspintoys.com",
        "wingtiptoys.com",
        "acme.com",
        "foo.com",
        "doc.com",
        "myserver",
        "yourserver",
        "hostname",
        "servername",
        "host",
        "server",
    ];
    const ENDINGS: [&str; 3] = [".test", ".invalid", ".example"];
    let host = bare(host);
    let own = |name: &&str| host == **name || host.strip_suffix(*name).is_some_and(|rest| rest.ends_with('.'));
    let service = host.split('.').next().unwrap_or("");
    NAMES.iter().any(own)
        || ENDINGS.iter().any(|ending| host.ends_with(ending))
        || matches!(service, "myserver" | "yourserver" | "your-server" | "my-server" | "server-name")
}
