//! Hostile text made fit for one line of plain text.

use std::fmt::Write as _;

/// `text` on one line, without anything that a terminal or a reader's eye could take for something else: control characters,
/// line separators, and characters that reorder or hide text are written as `\u{…}`; at most `max_chars` characters of it.
#[must_use]
pub fn one_line(text: &str, max_chars: usize) -> String {
    let mut line = String::with_capacity(text.len().min(max_chars));
    for (count, character) in text.chars().enumerate() {
        if count == max_chars {
            line.push('…');
            break;
        }
        if deceptive(character) {
            // Writing into a String cannot fail.
            let _ = write!(line, "\\u{{{:x}}}", u32::from(character));
        } else {
            line.push(character);
        }
    }
    line
}

fn deceptive(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::one_line;

    #[test]
    fn nothing_that_steers_a_terminal_survives() {
        assert_eq!(one_line("a\u{1b}[31mb\r\n\u{202e}c", 80), r"a\u{1b}[31mb\u{d}\u{a}\u{202e}c");
        assert_eq!(one_line("plain – ünïcode 🤖", 80), "plain – ünïcode 🤖");
    }

    #[test]
    fn long_text_is_cut_visibly() {
        assert_eq!(one_line("abcdef", 3), "abc…");
        assert_eq!(one_line("abc", 3), "abc");
    }
}
