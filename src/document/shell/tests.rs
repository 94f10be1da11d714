//! Scripts, and the commands that are read from them.

use super::*;

fn listed(script: &str, shell: Shell) -> Vec<String> {
    commands(script.as_bytes(), 0..script.len(), shell, false)
        .into_iter()
        .map(|command| {
            let words: Vec<_> = command.words.iter().map(|word| word.text.as_str()).collect();
            format!("{:?}: {}", command.output, words.join("|"))
        })
        .collect()
}

#[test]
fn comments_and_long_texts_of_powershell_hide_no_command() {
    for (script, expected) in [
        ("<#\nIt's\n#>\nGet-X -A b", &["Shown: Get-X|-A|b"][..]),
        ("$a = @\"\nsay \"it's\n\"@\nGet-X", &["Captured: \nsay \"it's\n", "Shown: Get-X"]),
        ("Get-X @{ A = 'b' } @c", &["Shown: Get-X|@{ A = 'b' }|@c"]),
    ] {
        let found = listed(script, Shell::PowerShell);
        let found: Vec<_> = found.iter().filter(|one| one.contains("Get-X") || one.contains("say")).collect();
        assert_eq!(found, expected, "{script}");
    }
}

#[test]
fn commands_are_found_with_their_words() {
    for (script, expected) in [
        ("az login -u \"a b\" \\\n  -p 'c' # d\nls", &["Shown: az|login|-u|a b|-p|c", "Shown: ls"][..]),
        ("X=1 sudo az a && b || c; d", &["Shown: az|a", "Shown: b", "Shown: c", "Shown: d"]),
        ("K=$(az keys list --query \"[0]\" -o tsv)", &["Captured: az|keys|list|--query|[0]|-o|tsv"]),
        (
            "echo \"$P\" | docker login -u x --password-stdin",
            &["Piped: echo|$P", "Shown: docker|login|-u|x|--password-stdin"],
        ),
        ("az a > f 2>&1", &["Redirected: az|a"]),
        ("if ! az a; then b; fi", &["Shown: az|a", "Shown: b", "Shown: fi"]),
        ("az a -p ${{ secrets.X || 'y z' }} b", &["Shown: az|a|-p|${{ secrets.X || 'y z' }}|b"]),
        ("cat <<EOF > f\naz no\nEOF\naz yes", &["Redirected: cat", "Shown: az|yes"]),
        ("a `b c` d", &["Shown: a|`b c`|d", "Captured: b|c"]),
        ("a \"open\nb", &["Shown: a|open\nb"]),
        ("docker run x sh -c \"az a; \\\n b\"", &["Shown: docker|run|x|sh|-c|az a; \n b", "Shown: az|a", "Shown: b"]),
        ("for x in 1; do\n  az a $x\ndone", &["Shown: for|x|in|1", "Shown: az|a|$x", "Shown: done"]),
    ] {
        assert_eq!(listed(script, Shell::Posix), expected, "{script}");
    }
    for (script, expected) in [
        (
            "$k = az a `\n  --b\nConnect-AzAccount -Credential $c | Out-Null",
            &["Captured: az|a|--b", "Piped: Connect-AzAccount|-Credential|$c", "Shown: Out-Null"][..],
        ),
        ("$k = (Get-AzStorageAccountKey -Name x)[0].Value", &["Captured: Get-AzStorageAccountKey|-Name|x"]),
        ("if ($x) {\n  az a\n}", &["Captured: $x", "Shown: az|a"]),
    ] {
        let found = listed(script, Shell::PowerShell);
        assert!(expected.iter().all(|one| found.contains(&(*one).to_owned())), "{script}\n{found:?}");
    }
}

#[test]
fn any_script_is_read_to_its_end() {
    for script in
        ["$(", "\"$(\"$(", "`", "a > ", "<<", "<<X\n", "${", "${{ x", "((((((((((((((((((((((", "'", "\\", "a|", "2>"]
    {
        for shell in [Shell::Posix, Shell::PowerShell, Shell::Batch] {
            for command in commands(script.as_bytes(), 0..script.len(), shell, false) {
                assert!(command.span.end <= script.len(), "{script}");
            }
        }
    }
    let deep = "$(".repeat(10_000);
    commands(deep.as_bytes(), 0..deep.len(), Shell::Posix, false);
}
