//! Connection strings, and the pairs that are read from them.

use super::*;
use proptest::prelude::*;

fn pairs(text: &str, word: &str) -> Vec<(String, String)> {
    let at = text.find(word).expect("the word is there");
    let parsed = parse(text.as_bytes(), at).expect("it parses");
    parsed.pairs.iter().map(|pair| (pair.name.clone(), text[pair.value.range()].to_owned())).collect()
}

fn has(text: &str, word: &str, wanted: &[(&str, &str)]) {
    let found = pairs(text, word);
    for (name, value) in wanted {
        assert!(found.iter().any(|(n, v)| n == name && v == value), "{name}={value} in {text}: {found:?}");
    }
}

#[test]
fn dialects_are_read() {
    for (text, word, wanted) in [
        (
            r#""cs": "Server=tcp:a.database.windows.net,1433;User ID=bob;Password=x=y;Encrypt=True;""#,
            "Password",
            &[("server", "tcp:a.database.windows.net,1433"), ("user", "bob"), ("password", "x=y")][..],
        ),
        (
            "STORAGE=DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=abc==;EndpointSuffix=core.windows.net",
            "AccountKey",
            &[("accountname", "shop"), ("accountkey", "abc==")],
        ),
        (
            "* --from=Hub --connStr=Endpoint=sb://n.servicebus.windows.net/;SharedAccessKeyName=r;SharedAccessKey=k=",
            "SharedAccessKey=",
            &[("endpoint", "sb://n.servicebus.windows.net/"), ("sharedaccesskeyname", "r")],
        ),
        (
            "tool --connStr=Endpoint=sb://n.servicebus.windows.net/;SharedAccessKey=MDEyMzQ1Njc4OTAxMjM0NTY3ODk= --next=1",
            "SharedAccessKey=",
            &[("sharedaccesskey", "MDEyMzQ1Njc4OTAxMjM0NTY3ODk=")],
        ),
        ("Driver={ODBC Driver 18};Server=s;Uid=u;Pwd={a;b};", "Pwd", &[("password", "a;b"), ("user", "u")]),
        ("'Data Source=s;Password=\"a;b\";UID=u'", "Password", &[("password", "a;b"), ("user", "u"), ("server", "s")]),
        (
            "c.redis.cache.windows.net:6380,password=abc=,ssl=True",
            "password",
            &[("password", "abc="), ("server", "c.redis.cache.windows.net:6380")],
        ),
        ("\"host=h user=u password=p dbname=d\"", "password", &[("server", "h"), ("user", "u"), ("password", "p")]),
        (
            "jdbc:sqlserver://h:1433;database=d;user=u@h;password=p;",
            "password",
            &[("server", "h:1433"), ("user", "u@h"), ("password", "p")],
        ),
        (
            "\"jdbc:mysql://h:3306/d?user=u&password=p\"",
            "password",
            &[("server", "h:3306"), ("user", "u"), ("password", "p")],
        ),
        (
            "var cs = @\"Server=tcp:a.database.windows.net;\r\n    User ID=u;\r\n    Password=p;\";",
            "Password",
            &[("server", "tcp:a.database.windows.net"), ("user", "u"), ("password", "p")],
        ),
        (
            "cs = \"\"\"\n  Server=s;\\\n  Uid=u;Pwd=p;\\\n  Database=d;\n  \"\"\"",
            "Pwd",
            &[("server", "s"), ("user", "u"), ("password", "p"), ("database", "d")],
        ),
        ("<add connectionString=\"Server=s;Password=p\" />", "Password", &[("server", "s"), ("password", "p")]),
        ("Server=s;Password={0};User=u", "Password", &[("password", "{0}")]),
        ("Server=s;Uid=u;Pwd=abc=def;Encrypt=yes;", "Pwd", &[("server", "s"), ("user", "u"), ("password", "abc=def")]),
        ("\"\"\"Endpoint=sb://h/;Key=abc=\"\"\";", "Key", &[("endpoint", "sb://h/"), ("key", "abc=")]),
        ("CS: ${CS:-Endpoint=sb://h/;Key=abc=}", "Key", &[("endpoint", "sb://h/"), ("key", "abc=")]),
        (
            "cs: ${CS:Driver={ODBC 18};Server=s;Pwd=p}",
            "Pwd",
            &[("driver", "ODBC 18"), ("server", "s"), ("password", "p")],
        ),
        (
            "echo \"##vso[task.setvariable variable=cs;issecret=true]Server=s;Pwd=p\"",
            "Pwd",
            &[("server", "s"), ("password", "p")],
        ),
        ("hub=Endpoint=sb://h/;Key=abc=&next=1", "Key", &[("key", "abc=")]),
        ("| hub | Endpoint=sb://h/;Key=abc= |", "Key", &[("key", "abc=")]),
        (r#""hub = Endpoint=sb://h/;Key=abc=\n""#, "Key", &[("endpoint", "sb://h/"), ("key", "abc=")]),
        (
            "09:00 ERROR cannot open Data Source=s;User ID=u;Password=p",
            "Password",
            &[("server", "s"), ("user", "u"), ("password", "p")],
        ),
    ] {
        has(text, word, wanted);
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_harm(text in "[a-zA-Z=;,'\"{} \n?&:/.]{0,80}", at in 0_usize..80) {
        if at < text.len()
            && let Some(parsed) = parse(text.as_bytes(), at) {
                prop_assert!(parsed.whole.end as usize <= text.len());
                for pair in parsed.pairs {
                    prop_assert!(pair.value.end <= parsed.whole.end && pair.key.end <= parsed.whole.end, "{:?}", pair);
                }
            }
    }
}

#[test]
fn lines_of_code_are_no_lines_of_one_string() {
    for text in [
        "server = \"s\";\npassword = \"p\";",
        "var a = f(x);\nPassword=p",
        "server = s;\npassword = read(a);",
        "Server=s\nPassword=p",
    ] {
        let found = pairs(text, if text.contains("Password") { "Password" } else { "password" });
        assert!(found.iter().all(|(name, _)| name != "server"), "{text}: {found:?}");
    }
}
