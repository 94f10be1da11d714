//! Hosts that make a password harmless: this machine, and those of documentation.

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
pub fn is_local(host: &str) -> bool {
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
pub fn is_reserved(host: &str) -> bool {
    #[rustfmt::skip]
    const NAMES: [&str; 20] = [
        "example.com", "example.org", "example.net", "example.edu", "contoso.com", "fabrikam.com",
        "adventure-works.com", "northwind.com", "northwindtraders.com", "tailspintoys.com", "wingtiptoys.com",
        "acme.com", "foo.com", "doc.com", "myserver", "yourserver", "hostname", "servername", "host", "server",
    ];
    const ENDINGS: [&str; 3] = [".test", ".invalid", ".example"];
    let host = bare(host);
    let own = |name: &&str| host == **name || host.strip_suffix(*name).is_some_and(|rest| rest.ends_with('.'));
    let service = host.split('.').next().unwrap_or("");
    NAMES.iter().any(own) || ENDINGS.iter().any(|ending| host.ends_with(ending)) || is_anybodys(service)
}

/// `myserver`, `your-sql-server`, `mydb`: whose it is nobody says.
fn is_anybodys(service: &str) -> bool {
    const THINGS: [&str; 19] = [
        "account",
        "azuresqlserver",
        "database",
        "databaseserver",
        "db",
        "dbserver",
        "demodb",
        "demoserver",
        "host",
        "name",
        "namespace",
        "server",
        "servername",
        "sql",
        "sqldb",
        "sqlserver",
        "sampleserver",
        "testdb",
        "testserver",
    ];
    let plain: String = service.chars().filter(char::is_ascii_alphanumeric).collect();
    let rest = plain.strip_prefix("your").or_else(|| plain.strip_prefix("my"));
    rest.is_some_and(|rest| THINGS.contains(&rest)) || plain == "servername"
}

/// Does a URL lead to a tenant that exists only in documentation: `https://contoso.sharepoint.com/…`?
pub fn is_reserved_tenant(url: &[u8]) -> bool {
    const TENANTS: [&[u8]; 5] = [b"contoso", b"fabrikam", b"tailspintoys", b"wingtiptoys", b"adventure-works"];
    let Some(host) = url.strip_prefix(b"https://") else { return false };
    let end = host.iter().take(64).position(|&b| matches!(b, b'.' | b'/')).unwrap_or(0);
    let tenant = host[..end].to_ascii_lowercase();
    TENANTS.iter().any(|name| tenant == *name || tenant.strip_suffix(b"-my") == Some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_with_ports_and_instances() {
        for host in ["localhost", "(localdb)\\MSSQLLocalDB", "127.0.0.1,1433", "[::1]:5432", ".\\SQLEXPRESS", "db:5432"]
        {
            assert!(is_local(host), "{host}");
        }
        for host in [
            "db.example.com",
            "myserver.database.windows.net",
            "tcp:mydb.database.windows.net,1433",
            "your-sql-server.database.windows.net",
            "a.test",
            "contoso.com:443",
        ] {
            assert!(is_reserved(host) && !is_local(host), "{host}");
        }
        for url in ["https://contoso.webhook.office.com/x", "https://contoso-my.sharepoint.com/x"] {
            assert!(is_reserved_tenant(url.as_bytes()), "{url}");
        }
        assert!(!is_reserved_tenant(b"https://contosoco.sharepoint.com/x") && !is_reserved_tenant(b"contoso"));
        for host in ["shop.database.windows.net", "notexample.com", "10.0.0.4"] {
            assert!(!is_reserved(host) && !is_local(host), "{host}");
        }
    }
}
