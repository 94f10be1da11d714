use super::*;

/// Every value as `path=value`; elements are `[n]`.
fn listed(text: &str, kind: Kind) -> Vec<String> {
    let tree = read(text.as_bytes(), kind).expect("kinds with a tree");
    let mut out = Vec::new();
    for &root in &tree.roots {
        list(&tree, root, String::new(), &mut out);
    }
    out
}

fn list(tree: &Tree<'_>, id: NodeId, path: String, out: &mut Vec<String>) {
    let node = tree.node(id);
    match node.shape {
        Shape::Text { .. } => out.push(format!("{path}={}", tree.value(id).unwrap_or_default())),
        Shape::Nothing => out.push(format!("{path}:")),
        Shape::Expression => out.push(format!("{path}~{}", tree.value(id).unwrap_or_default())),
        Shape::Map | Shape::List => {}
    }
    for (index, &child) in node.children.iter().enumerate() {
        let step = tree.node(child).name.as_ref().map_or(format!("[{index}]"), |name| format!(".{}", name.text));
        list(tree, child, format!("{path}{step}"), out);
    }
}

#[test]
fn every_format_gives_the_same_sort_of_tree() {
    for (kind, text, expected) in [
        (
            Kind::Json,
            r#"{"a": {"b": [1, "x", null]}, /* c */ "d": true,}"#,
            &[".a.b[0]=1", ".a.b[1]=x", ".a.b[2]:", ".d=true"][..],
        ),
        (
            Kind::Yaml,
            "a:\n  b:\n  - 1\n  - c: x\n    d:\ne: |\n  two\n  lines\n---\nf: 1\n",
            &[".a.b[0]=1", ".a.b[1].c=x", ".a.b[1].d:", ".e=two\nlines", ".f=1"],
        ),
        (
            Kind::Hcl,
            "a = 1 # c\nb \"c\" \"d\" {\n  e = \"x-${var.y[\"z\"]}\"\n  f { g = true }\n  h = [\"i\", var.j]\n  k = merge({ l = 1 }, m)\n}\n",
            &[
                ".a=1",
                ".b.c.d.e=x-${var.y[\"z\"]}",
                ".b.c.d.f.g=true",
                ".b.c.d.h[0]=i",
                ".b.c.d.h[1]~var.j",
                ".b.c.d.k~merge({ l = 1 }, m)",
                ".b.c.d.k[0].l=1",
            ],
        ),
        (
            Kind::Hcl,
            "a = <<-EOT\n  x = 1\n  EOT\nb = c ? \"d\" : \"e\"\ndynamic \"f\" {\n for_each = g\n content {\n h = 1\n }\n}\n",
            &[".a=  x = 1\n", ".b~c ? \"d\" : \"e\"", ".b[0]=d", ".b[1]=e", ".f.for_each~g", ".f.h=1"],
        ),
        (
            Kind::Bicep,
            "@description('x (y)')\n@secure()\nparam p string = 'a'\nresource r 'T/t@1' existing = {\n  name: p\n  properties: {\n    a: true, b: '${p}'\n    c: [\n      'd'\n      { e: 1 }\n    ]\n  }\n}\noutput o string = r.id\nvar v = cond\n  ? 1\n  : 2\n",
            &[
                ".param.p.@description=description",
                ".param.p.@secure=secure",
                ".param.p.type=string",
                ".param.p.default=a",
                ".resource.r.type=T/t@1",
                ".resource.r.existing=existing",
                ".resource.r.body.name~p",
                ".resource.r.body.properties.a=true",
                ".resource.r.body.properties.b=${p}",
                ".resource.r.body.properties.c[0]=d",
                ".resource.r.body.properties.c[1].e=1",
                ".output.o.type=string",
                ".output.o.value~r.id",
                ".var.v~cond\n  ? 1\n  : 2",
            ],
        ),
        (
            Kind::Xml,
            "<c><add key=\"K\" value=\"V\"/><n>t</n><m x=\"1\">u</m></c>",
            &[".c.add.@key=K", ".c.add.@value=V", ".c.n=t", ".c.m.@x=1", ".c.m.#text=u"],
        ),
        (
            Kind::Dockerfile,
            "FROM a\n# c\nENV A=1 B=\"two words\" \\\n    C=3\nENV D four\nARG E\nRUN x && \\\n  # c\n  y\n",
            &[
                ".FROM=a",
                ".ENV.A=1",
                ".ENV.B=two words",
                ".ENV.C=3",
                ".ENV.D=four",
                ".ARG.E:",
                ".RUN=x && \\\n  # c\n  y",
            ],
        ),
        (Kind::Dotenv, "A=1\nexport B='x'\n", &[".A=1", ".B=x"]),
    ] {
        assert_eq!(listed(text, kind), expected, "{kind:?}\n{text}");
    }
}

#[test]
fn broken_files_give_what_stands_before_and_after() {
    for (kind, text, expected) in [
        (Kind::Hcl, "a = \"open\nb = 2\n", &[".a=open", ".b=2"][..]),
        (Kind::Hcl, "r \"x\" {\n  a = [1,\n}\nb = 2\n", &[".r.x.a[0]=1", ".b=2"]),
        (Kind::Hcl, "<<<<<<< ours\na = 1\n=======\na = 2\n", &[".a=1", ".a=2"]),
        (
            Kind::Bicep,
            "resource r 'T' = {\n  a: 'open\n  b: 1\n}\nvar c = 2\n",
            &[".resource.r.type=T", ".resource.r.body.a=open", ".resource.r.body.b=1", ".var.c=2"],
        ),
        (Kind::Yaml, "a: 1\nb: [\nc: 2\n", &[".a=1"]),
        (Kind::Yaml, "a: 1\n  ...bad: x: y\nb: 2\n", &[".a=1", ".b=2"]),
        (
            Kind::Yaml,
            "a:\n  {{- if .Values.x }}\n  b: {{ .Values.y }}\n  {{- end }}\nc: 1\n",
            &[".a.b={{ .Values.y }}", ".c=1"],
        ),
        (Kind::Json, "{\"a\": 1, \"b\": {\"c\": ", &[".a=1"]),
    ] {
        let listed = listed(text, kind);
        assert!(expected.iter().all(|one| listed.iter().any(|found| found == one)), "{kind:?}\n{text}\n{listed:#?}");
    }
}

#[test]
fn resources_are_the_same_in_every_language() {
    for (kind, text, expected) in [
        (
            Kind::Bicep,
            "resource a 'M.S/x@1' = {\n  resource b 'y@2' = {\n  }\n}\nresource c 'M.S/x/y@3' existing = {\n}\n",
            &["M.S/x 1", "M.S/x/y 2", "M.S/x/y 3 existing"][..],
        ),
        (
            Kind::Hcl,
            "resource \"azurerm_a\" \"b\" {\n  type = \"x\"\n  body = 1\n}\nresource \"azapi_resource\" \"c\" {\n  type = \"M.S/x@4\"\n  body = {\n  }\n}\n",
            &["azurerm_a ", "M.S/x 4"],
        ),
        (
            Kind::Json,
            r#"{"resources": [{"type": "M.S/x", "apiVersion": "5", "resources": [{"type": "y", "apiVersion": "6"}]}]}"#,
            &["M.S/x 5", "M.S/x/y 6"],
        ),
    ] {
        let tree = read(text.as_bytes(), kind).expect("kinds with a tree");
        let found: Vec<String> = resource::resources(&tree)
            .iter()
            .map(|one| {
                let api = one.api.as_deref().unwrap_or_default();
                format!("{} {api}{}", one.kind, if one.existing { " existing" } else { "" })
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }
}

mod any_input {
    use proptest::prelude::*;

    use super::*;

    const KINDS: [Kind; 8] =
        [Kind::Json, Kind::Yaml, Kind::Hcl, Kind::Bicep, Kind::Xml, Kind::Dockerfile, Kind::Dotenv, Kind::Toml];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn places_lie_in_the_text_and_in_what_is_about_them(
            pieces in proptest::collection::vec(
                prop_oneof![
                    Just("{"), Just("}"), Just("["), Just("]"), Just("("), Just(")"), Just("\""), Just("'"), Just("'''"),
                    Just("${"), Just("a"), Just("b.c"), Just(" = "), Just(": "), Just(","), Just("\n"), Just("\n  "),
                    Just("<<EOT\n"), Just("EOT\n"), Just("resource x 'T@1' = "), Just("param "), Just("@secure()\n"),
                    Just("block \"l\" "), Just("- "), Just("#"), Just("//"), Just("/*"), Just("*/"), Just("\\"), Just("é"),
                    Just("<a b=\"c\">"), Just("</a>"), Just("RUN "), Just("ENV A=1 "), Just("{{ x }}"), Just("? "),
                ],
                0..60,
            )
        ) {
            let text = pieces.concat();
            for kind in KINDS {
                let tree = read(text.as_bytes(), kind).expect("kinds with a tree");
                for id in tree.ids() {
                    let node = tree.node(id);
                    prop_assert!(node.span.range().end <= text.len(), "{kind:?} {text:?}");
                    if let Some(name) = &node.name {
                        prop_assert!(name.span.range().end <= text.len());
                    }
                    if matches!(node.shape, Shape::Text { .. }) && node.decoded.is_none() {
                        prop_assert!(text.is_char_boundary(node.span.range().start));
                    }
                    for &child in &node.children {
                        prop_assert_eq!(tree.node(child).parent, Some(id));
                    }
                    tree.members(id);
                    tree.elements(id);
                }
                resource::resources(&tree);
            }
        }
    }

    #[test]
    fn nesting_ends_somewhere() {
        for (kind, open) in [
            (Kind::Hcl, "a {"),
            (Kind::Hcl, "a = ["),
            (Kind::Bicep, "a: {"),
            (Kind::Json, "["),
            (Kind::Yaml, "["),
            (Kind::Xml, "<a>"),
        ] {
            let text = open.repeat(20_000);
            let tree = read(text.as_bytes(), kind).expect("kinds with a tree");
            assert!(!tree.whole, "{kind:?} {open}");
        }
    }
}
