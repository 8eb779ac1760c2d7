//! Texts: `%s`, `%v`, `%q`, `%x`.

use super::{quoted::quoted, shape::Shape};

/// `None`: the verb is none for a text.
pub(super) fn text(text: &str, shape: &Shape, verb: char) -> Option<String> {
    let cut: String = text.chars().take(shape.precision.unwrap_or(usize::MAX)).collect();
    match verb {
        'v' if shape.sharp => Some(shape.padded(&quoted(&cut, '"', false))),
        's' | 'v' => Some(shape.padded(&cut)),
        'q' if shape.sharp && can_be_raw(&cut) => Some(shape.padded(&format!("`{cut}`"))),
        'q' => Some(shape.padded(&quoted(&cut, '"', shape.plus))),
        'x' | 'X' => Some(shape.padded(&hex(text, shape, verb == 'X'))),
        _ => None,
    }
}

fn can_be_raw(text: &str) -> bool {
    text.chars().all(|c| c != '`' && c != '\u{feff}' && (c == '\t' || !c.is_control()))
}

/// Bytes, with a space between them where the flags say so.
fn hex(text: &str, shape: &Shape, is_upper: bool) -> String {
    let one = |byte: &u8| if is_upper { format!("{byte:02X}") } else { format!("{byte:02x}") };
    let all: Vec<String> = text.as_bytes().iter().take(shape.precision.unwrap_or(usize::MAX)).map(one).collect();
    let mark = match (shape.sharp && !all.is_empty(), is_upper) {
        (true, false) => "0x",
        (true, true) => "0X",
        (false, _) => "",
    };
    let between = if shape.space { format!(" {mark}") } else { String::new() };
    format!("{mark}{}", all.join(&between))
}
