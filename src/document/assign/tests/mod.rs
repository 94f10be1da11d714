//! What all readers promise together: real documents of each format, and properties of any input.

mod any_input;
mod failures;

use super::{Assignments, read};
use crate::document::kind::Kind;
use crate::document::layer::LayerSpan;

/// `a/b/c = value` for each value.
fn shown(text: &[u8], found: &Assignments) -> Vec<String> {
    let show = |item: &super::Assignment| {
        format!("{} = {}", found.path(item.key).join("/"), String::from_utf8_lossy(item.bytes(text)))
    };
    found.items.iter().map(show).collect()
}

fn check(kind: Kind, text: &str, expected: &[&str]) {
    let found = read(text.as_bytes(), kind).unwrap();
    holds(text.as_bytes(), &found);
    let shown = shown(text.as_bytes(), &found);
    for expected in expected {
        assert!(shown.iter().any(|line| line == expected), "{expected:?} is missing in {shown:#?}");
    }
}

fn parses(kind: Kind, text: &str, expected: &[&str]) {
    assert!(!read(text.as_bytes(), kind).unwrap().by_line, "{kind:?} did not parse: {text}");
    check(kind, text, expected);
}

/// What every result promises, whatever the text was.
fn holds(text: &[u8], found: &Assignments) {
    for (index, key) in found.keys.iter().enumerate() {
        assert!(key.parent.is_none_or(|parent| (parent as usize) < index), "a parent stands before its child");
        assert!(key.span.range().end <= text.len());
    }
    for pair in found.items.windows(2) {
        assert!(pair[0].value <= pair[1].value, "values are in the order of the text");
    }
    for item in &found.items {
        assert!((item.key as usize) < found.keys.len());
        let place = item.value.range();
        assert!(place.end <= text.len());
        let Some(decoded) = &item.decoded else { continue };
        assert_eq!(decoded.map.decoded_len(), decoded.bytes.len());
        let whole = LayerSpan::new(0, decoded.bytes.len()).unwrap();
        let back = decoded.map.back(whole);
        assert!(
            decoded.bytes.is_empty() || place.start <= back.start && back.end <= place.end,
            "{back:?} in {place:?}"
        );
        for at in (0..decoded.bytes.len()).take(200) {
            let back = decoded.map.back(LayerSpan::new(at, at + 1).unwrap());
            if back.len() == 1 && !matches!(text[back.start], b'\n' | b'\r') {
                assert_eq!(text[back.start], decoded.bytes[at], "one byte for one is the same byte");
            }
        }
    }
}

#[test]
fn json_documents_give_paths_lists_and_settings() {
    parses(
        Kind::Json,
        r#"{
  // local settings
  "ConnectionStrings": { "Shop": "Server=tcp:x;Password=\u0041b\"c", },
  "AzureAd": { "ClientSecrets": [ "one", "two" ], "Port": 443, "On": true },
  /* "OldSecret": "still here", */
  "env": [ { "name": "CLIENT_SECRET", "value": "v1", "slotSetting": false } ],
  "siteConfig": { "connectionStrings": [ { "name": "Db", "connectionString": "v2", "type": 2 } ] },
  "parameters": { "adminPassword": { "value": "v3" } }
}"#,
        &[
            "ConnectionStrings/Shop = Server=tcp:x;Password=Ab\"c",
            "AzureAd/ClientSecrets = one",
            "AzureAd/ClientSecrets = two",
            "AzureAd/Port = 443",
            "OldSecret = still here",
            "env/value = v1",
            "env/CLIENT_SECRET = v1",
            "siteConfig/connectionStrings/Db = v2",
            "parameters/adminPassword/value = v3",
            "parameters/adminPassword = v3",
        ],
    );
    parses(Kind::Json, "{\"a\":\"1\"}\n{\"a\":\"2\"}\n", &["a = 1", "a = 2"]);
    parses(Kind::Json, "{a: 'x', \"b\": {\"c\": [[\"d\"]]}}", &["a = x", "b/c = d"]);
    parses(
        Kind::Notebook,
        r#"{"cells": [{"cell_type": "code", "source": ["key = \"x\"\n"]}], "nbformat": 4}"#,
        &["cells/source = key = \"x\"\n"],
    );
}

#[test]
fn arguments_in_lists_belong_to_their_options() {
    parses(
        Kind::Json,
        r#"{"args": ["--client-secret", "v1", "--verbose", "--password", "--xyz", "v2", "-Password", "v3", "a b"]}"#,
        &[
            "args = --client-secret",
            "client-secret = v1",
            "args = v1",
            "args = --verbose",
            "args = --password",
            "args = --xyz",
            "xyz = v2",
            "args = v2",
            "args = -Password",
            "Password = v3",
            "args = v3",
            "args = a b",
        ],
    );
    parses(
        Kind::Yaml,
        "args:\n- --password\n- v1\nother: v2\n",
        &["args = --password", "password = v1", "args = v1", "other = v2"],
    );
}

#[test]
fn a_colon_behind_a_plain_name_divides_before_an_equals_sign() {
    parses(Kind::Ini, "AccountKey: c2VjcmV0=\nurl = a: b\n", &["AccountKey = c2VjcmV0=", "url = a: b"]);
    parses(Kind::Dotenv, "A: b=c\nD=e: f\n", &["A = b=c", "D = e: f"]);
}

#[test]
fn yaml_documents_give_paths_in_every_style() {
    let text = r#"
version: '3'
services:
  db:
    environment:
      - POSTGRES_PASSWORD=one
      - A
    image: pg:15 # the database
---
apiVersion: v1
kind: Secret
stringData:
  password: "t\x77o"
  pem: |-
    line é
    next
  folded: >
    a
    b

    c
anchor: &q !!str value
flow: {k: [x, 'it''s'], "n": *q}
tagged: !secret &r | # why
  block
multi: one
  two
? complex
: v
env:
- name: CLIENT_SECRET
  value: v1
- name: FROM
  valueFrom: {secretKeyRef: {name: a, key: b}}
"#;
    let expected = [
        "services/db/environment = POSTGRES_PASSWORD=one",
        "services/db/image = pg:15",
        "stringData/password = two",
        "stringData/pem = line é\nnext",
        "stringData/folded = a b\nc",
        "flow/k = x",
        "flow/k = it's",
        "anchor = value",
        "tagged = block",
        "multi = one two",
        "complex = v",
        "env/value = v1",
        "env/CLIENT_SECRET = v1",
    ];
    parses(Kind::Yaml, text, &expected);
    parses(Kind::Yaml, &text.replace('\n', "\r\n"), &expected);
    parses(Kind::Yaml, "{\"a\": {\"b\": \"c\"}}", &["a/b = c"]);
    parses(Kind::Yaml, "{a: {b: c, d: \"e\"}}", &["a/b = c", "a/d = e"]);
    parses(Kind::Yaml, "a: |\n  x\n\n\nb: >-\n\n  y\n   z\n", &["a = x", "b = y\n z"]);
}

#[test]
fn templates_in_yaml_hide_neither_keys_nor_themselves() {
    let text = r#"{{- if .Values.on }}
metadata:
  name: {{ include "x" . }}-db
  {{- with .Values.l }}
  labels: {{ toYaml . | nindent 4 }}
  {{- end }}
stringData:
  password: hunter2é # {{ x }}
  {{ .k }}: "{{ .v | default "d" }}"
{{- end }}
{% for a in b %}
z: 1
{% endfor %}
"#;
    let expected = [
        "metadata/name = {{ include \"x\" . }}-db",
        "metadata/labels = {{ toYaml . | nindent 4 }}",
        "stringData/password = hunter2é",
        "stringData/{{ .k }} = {{ .v | default \"d\" }}",
        "z = 1",
    ];
    parses(Kind::Yaml, text, &expected);
    parses(
        Kind::Yaml,
        "- script: x\n  env:\n    TOKEN: ${{ secrets.T }}\n- ${{ if eq(a, 'b') }}:\n  - p: $(q)\n",
        &["env/TOKEN = ${{ secrets.T }}", "${{ if eq(a, 'b') }}/p = $(q)"],
    );
}

#[test]
fn toml_documents_give_paths_of_tables_dotted_keys_and_strings() {
    let text = r#"
title = 'a\b'
[project]
name = "shop" # c
dependencies = ["azure-identity>=1", "x"]
[tool.poetry.source]
auth = { user = "u", "pass word" = "p\u0041\t" , deep = { er = [ { k = "v" } ] } }
a.b."c.d" = 5
[[index]]
pem = """
one \
   two
"""
raw = '''
three'''
"#;
    let expected = [
        "title = a\\b",
        "project/name = shop",
        "project/dependencies = x",
        "tool/poetry/source/auth/pass word = pA\t",
        "tool/poetry/source/auth/deep/er/k = v",
        "tool/poetry/source/a/b/c.d = 5",
        "index/pem = one two\n",
        "index/raw = three",
    ];
    parses(Kind::Toml, text, &expected);
}

#[test]
fn xml_settings_of_dotnet_are_found_under_their_names() {
    parses(
        Kind::Xml,
        r#"<?xml version="1.0"?>
<configuration>
  <appSettings file="x.config">
    <add key="ClientSecret" value="a&amp;b&#x21;" />
    <!-- <add key="Old" value="gone" /> -->
  </appSettings>
  <connectionStrings><add connectionString="Server=.;Pwd=p" name='Db' providerName="q"/></connectionStrings>
  <applicationSettings><Shop.Properties.Settings>
    <setting name="ApiKey" serializeAs="String"><value>v1</value></setting>
  </Shop.Properties.Settings></applicationSettings>
  <system.web><machineKey validationKey="AB" xdt:Transform="Insert"/></system.web>
</configuration>"#,
        &[
            "configuration/appSettings/file = x.config",
            "configuration/appSettings/ClientSecret = a&b!",
            "configuration/appSettings/add/key = ClientSecret",
            "configuration/appSettings/Old = gone",
            "configuration/connectionStrings/Db = Server=.;Pwd=p",
            "configuration/connectionStrings/add/providerName = q",
            "configuration/applicationSettings/Shop.Properties.Settings/ApiKey = v1",
            "configuration/system.web/machineKey/validationKey = AB",
            "configuration/system.web/machineKey/Transform = Insert",
        ],
    );
    parses(
        Kind::Xml,
        "\u{FEFF}<Project><PropertyGroup>\r\n<UserName>$u</UserName><Password>é!</Password></PropertyGroup></Project>",
        &["Project/PropertyGroup/Password = é!"],
    );
    parses(
        Kind::Xml,
        r#"<configuration><packageSourceCredentials><Contoso><add key="ClearTextPassword" value="p" /></Contoso>
</packageSourceCredentials></configuration>"#,
        &["configuration/packageSourceCredentials/Contoso/ClearTextPassword = p"],
    );
}

#[test]
fn xml_settings_of_others_are_found_under_their_names() {
    parses(
        Kind::Xml,
        r#"<root><data name="Token" xml:space="preserve"><value>v2</value></data>
<Settings><Setting Name="Conn" Type="String"><DesignTimeValue Profile="x">v3</DesignTimeValue>
<Value Profile="(Default)">v4</Value></Setting></Settings>
<Parameter Name="Pw" DefaultValue="v5"/><SettingX Id="Key" Value="v6"/><DefaultValue> v7 </DefaultValue>
<Key><![CDATA[v8&<]]></Key><s:server><password>v9</password></s:server>
<entry key="db.pw">v10</entry><bean id="ds"><property name="password" value="v11"/></bean>
<property><name>fs.key</name><value>v12</value></property>
<dict><key>client_secret</key><string>v13</string><key>in</key><dict><key>k</key><string>v14</string></dict></dict>
<property name="p"><value>v15</value></property><Password/></root>"#,
        &[
            "root/Token = v2",
            "root/Settings/Conn = v3",
            "root/Settings/Conn = v4",
            "root/Pw = v5",
            "root/Key = v6",
            "root/DefaultValue = v7",
            "root/Key = v8&<",
            "root/server/password = v9",
            "root/db.pw = v10",
            "root/bean/password = v11",
            "root/property/fs.key = v12",
            "root/dict/client_secret = v13",
            "root/dict/in/k = v14",
            "root/p = v15",
        ],
    );
}

#[test]
fn dotenv_lines_are_read_with_quotes_exports_and_comments() {
    parses(
        Kind::Dotenv,
        "\u{FEFF}A=1\r\nexport CLIENT_SECRET = 'x#y' # why\r\nB=\"a\\nb\\$c\"\rC=v # note\nD=v#1\n#OLD=gone\n\
         # see a = b c\nE:f\nPEM=\"-----BEGIN\nMII\n-----END\"\nEMPTY=\nF=\"open\nG=`t`\nH='it\n",
        &[
            "A = 1",
            "CLIENT_SECRET = x#y",
            "B = a\nb$c",
            "C = v",
            "D = v#1",
            "OLD = gone",
            "E = f",
            "PEM = -----BEGIN\nMII\n-----END",
            "EMPTY = ",
            "F = \"open",
            "G = t",
            "H = 'it",
        ],
    );
}

#[test]
fn properties_and_ini_have_their_own_ways() {
    parses(
        Kind::Properties,
        "! note\nspring.datasource.password=p\\u0041\\\\ss\nurl : jdbc:x;a=b\\\n   c\na\\=b\\ c=\"q\"\n#spring.old=s\n",
        &["spring.datasource.password = pA\\ss", "url = jdbc:x;a=bc", "a=b c = q", "spring.old = s"],
    );
    parses(
        Kind::Ini,
        "[default]\naws_secret_access_key = k ; c\n[remote \"origin\"]\n\turl = https://u:p@h/x#y\n//registry/:_authToken=t\n\
         [x]\ndeps =\n    one\n    two\n;old=1\n",
        &[
            "default/aws_secret_access_key = k",
            "remote \"origin\"/url = https://u:p@h/x#y",
            "remote \"origin\"///registry/:_authToken = t",
            "x/deps = one",
            "x/deps = two",
            "x/old = 1",
        ],
    );
}

#[test]
fn names_and_values_stand_where_they_are_said_to() {
    let text = "a:\n  \"é\\x41\": &x 'it''s' # c\n  b: |\n    1\n    2\n";
    let found = read(text.as_bytes(), Kind::Yaml).unwrap();
    let places: Vec<_> = found.items.iter().map(|item| &text[item.value.range()]).collect();
    let names: Vec<_> = found.keys.iter().map(|key| (found.name(key), &text[key.span.range()])).collect();
    assert_eq!(places, ["it''s", "1\n    2"]);
    assert_eq!(names, [("a", "a"), ("éA", "é\\x41"), ("b", "b")]);
}
