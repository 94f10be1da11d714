//! What a change leaves without a reader: variables of a script that only fed what was taken out.
//!
//! Words, not trees: a name counts as used wherever it stands, in texts and comments too. Taken out is only a line
//! that does nothing but give one such variable a value: a text, a credential made of others, a text made secure.

use std::collections::BTreeSet;

use regex::bytes::Regex;

use super::{Change, span};

/// Lines of PowerShell to take out with the changes, again and again until every variable that is left has a reader.
pub(super) fn lines(text: &[u8], changes: &[Change]) -> Vec<Change> {
    let name = Regex::new(r"(?-u)\$\{?(?:script:|global:)?(\w{1,100})").expect("it is a pattern");
    let names = |piece: &[u8]| -> BTreeSet<String> {
        name.captures_iter(piece).map(|found| String::from_utf8_lossy(&found[1]).to_ascii_lowercase()).collect()
    };
    let mut gone: Vec<Change> = changes.to_vec();
    let mut open: BTreeSet<String> = changes.iter().flat_map(|change| names(&text[change.range.clone()])).collect();
    let mut out = Vec::new();
    while let Some(variable) = open.pop_first() {
        let stands = name.captures_iter(text).filter(|found| found[1].eq_ignore_ascii_case(variable.as_bytes()));
        let places: Vec<usize> = stands.filter_map(|found| found.get(0)).map(|whole| whole.start()).collect();
        let left = |at: &&usize| !gone.iter().any(|change| change.range.contains(at));
        let [at] = places.iter().filter(left).collect::<Vec<_>>()[..] else { continue };
        let line = span::line_start(text, *at)..span::next_line(text, *at);
        if only_gives_a_value(&text[line.clone()]) {
            open.extend(names(&text[line.clone()]).into_iter().filter(|name| *name != variable));
            let change = Change::new(line, "");
            gone.push(change.clone());
            out.push(change);
        }
    }
    out
}

/// Is the line one whole assignment that does nothing else?
fn only_gives_a_value(line: &[u8]) -> bool {
    const VALUES: [&str; 4] = [
        r"(?:'[^']*'|\x22[^\x22$\x60]*\x22)",
        r"(?:\x22?\$(?:env:)?\w+\x22?)",
        r"(?:ConvertTo-SecureString\b[^|;{(]*)",
        r"(?:New-Object\s+(?:-TypeName\s+)?(?:System\.Management\.Automation\.)?PSCredential\b[^|;{]*|\[(?:System\.Management\.Automation\.)?PSCredential\]::new\([^|;{]*)",
    ];
    let pattern = format!(r"(?i-u)^\s*(?:\[[\w.]+\]\s*)?\$\w+\s*=\s*(?:{})\s*(?:#.*)?\r?\n?$", VALUES.join("|"));
    let even = |open: u8, close: u8| {
        line.iter().filter(|&&b| b == open).count() == line.iter().filter(|&&b| b == close).count()
    };
    let goes_on = line.trim_ascii_end().ends_with(b"`") || line.trim_ascii_end().ends_with(b",");
    !goes_on && even(b'(', b')') && Regex::new(&pattern).is_ok_and(|pattern| pattern.is_match(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(text: &str, removed: &str) -> String {
        let at = text.find(removed).expect("it stands there");
        let change = Change::new(at..at + removed.len(), "");
        let mut all = lines(text.as_bytes(), std::slice::from_ref(&change));
        all.push(change);
        all.sort_by_key(|change| std::cmp::Reverse(change.range.start));
        all.iter().fold(text.to_owned(), |mut text, change| {
            text.replace_range(change.range.clone(), &change.content);
            text
        })
    }

    #[test]
    fn what_only_fed_the_sign_in_goes_with_it_and_what_is_read_elsewhere_stays() {
        let text = "$id = 'a'\n$key = 'b' # old\n$secure = ConvertTo-SecureString $key -AsPlainText -Force\n\
                    $login = New-Object PSCredential($id, $secure)\nConnect -Credential $login\n";
        assert_eq!(left(text, " -Credential $login"), "Connect\n");
        for kept in [
            "$login = Get-Credential\nConnect -Credential $login\n",
            "$login = 'a'\nConnect -Credential $login\nWrite-Host \"$login\"\n",
            "$login = Make-One 'a'\nConnect -Credential $login\n",
            "$login = 'a' + $(Remove-Item x)\nConnect -Credential $login\n",
            "$login = 'a'; Remove-Item x\nConnect -Credential $login\n",
            "$login = New-Object PSCredential(`\n 'a', 'b')\nConnect -Credential $login\n",
        ] {
            assert_eq!(left(kept, " -Credential $login"), kept.replace(" -Credential $login", ""), "{kept}");
        }
    }
}
