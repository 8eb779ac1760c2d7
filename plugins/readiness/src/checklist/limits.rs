//! What is wrong with settings, gathered.

use tidegate_sdk::describe::Problem;

/// Items, at most; all of them are stated one by one in a report.
const ITEMS_MAX: usize = 256;
/// Bytes of a name, at most.
const NAME_BYTES_MAX: usize = 64;
/// Bytes of a text, at most.
const TEXT_BYTES_MAX: usize = 512;

/// Problems so far.
#[derive(Debug, Default)]
pub(super) struct Limits(Vec<Problem>);

/// Whether this is an item's id or a flag's name: lower-case letters, digits and `_`, beginning with a letter.
pub(super) fn is_name(text: &str) -> bool {
    text.len() <= NAME_BYTES_MAX
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
}

impl Limits {
    pub(super) fn count(&mut self, used: usize) {
        match used {
            0 => self.0.push(Problem::new("/items", "nothing is asked: name an item")),
            used if used > ITEMS_MAX => {
                self.0.push(Problem::new("/items", format!("{used} items used, {ITEMS_MAX} allowed")));
            }
            _ => {}
        }
    }

    pub(super) fn id(&mut self, id: &str) {
        if !is_name(id) {
            let form = "lower-case letters, digits and `_`, beginning with a letter";
            self.add(id, "", format!("is no item's id: at most {NAME_BYTES_MAX} {form}"));
        }
    }

    /// The value, or a problem at that place.
    pub(super) fn take<T>(&mut self, id: &str, key: &str, value: Result<T, String>) -> Option<T> {
        value.map_err(|problem| self.add(id, key, problem)).ok()
    }

    pub(super) fn text(&mut self, id: &str, key: &str, text: &str) -> String {
        if text.trim().is_empty() {
            self.add(id, key, "empty".to_owned());
        } else if text.len() > TEXT_BYTES_MAX {
            self.add(id, key, format!("{} bytes used, {TEXT_BYTES_MAX} allowed", text.len()));
        }
        text.to_owned()
    }

    /// An item that is not in the catalogue needs a title: a slip of the pen becomes a problem, not an item nobody states.
    pub(super) fn untitled(&mut self, id: &str) -> String {
        self.add(id, "", "is not in the catalogue: give it a `title`, or see how the catalogue spells it".to_owned());
        String::new()
    }

    pub(super) fn into_result(self) -> Result<(), Vec<Problem>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }

    fn add(&mut self, id: &str, key: &str, message: String) {
        // A hostile id may be as long as all settings; the place then names its beginning.
        let id: String = id.chars().take(2 * NAME_BYTES_MAX).collect();
        let escaped = id.replace('~', "~0").replace('/', "~1");
        self.0.push(Problem::new(format!("/items/{escaped}{key}"), message));
    }
}
