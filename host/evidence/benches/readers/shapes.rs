//! What large documents are made of: a beginning, one row again and again, an end.

mod code;
mod supply;
mod tests;
mod web;

use std::sync::Arc;

/// A large document of one format.
pub(crate) struct Shape {
    /// The format's name.
    pub(crate) format: &'static str,
    head: &'static str,
    /// `§` stands for the row's number, `¤` for the rest of it by 97.
    row: &'static str,
    between: &'static str,
    tail: &'static str,
}

impl Shape {
    /// The document, of about so many bytes.
    pub(crate) fn document(&self, bytes: usize) -> Arc<[u8]> {
        let mut text = self.head.to_owned();
        let mut n = 0_usize;
        while text.len() < bytes {
            if n > 0 {
                text.push_str(self.between);
            }
            text.push_str(&self.row.replace('§', &n.to_string()).replace('¤', &(n % 97).to_string()));
            n += 1;
        }
        text.push_str(self.tail);
        Arc::from(text.as_bytes())
    }
}

/// One of each format that is not made of another one.
pub(crate) fn shapes() -> impl Iterator<Item = &'static Shape> {
    [tests::SHAPES, code::SHAPES, supply::SHAPES, web::SHAPES].into_iter().flatten()
}
