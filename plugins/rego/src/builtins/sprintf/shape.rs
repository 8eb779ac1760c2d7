//! Flags, width and precision of a directive.

/// How a value is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shape {
    /// `+`
    pub(super) plus: bool,
    /// `-`
    pub(super) minus: bool,
    /// `#`
    pub(super) sharp: bool,
    /// A space.
    pub(super) space: bool,
    /// `0`
    pub(super) zero: bool,
    /// Characters, at least.
    pub(super) width: Option<usize>,
    /// Digits, or characters of a text.
    pub(super) precision: Option<usize>,
}

impl Shape {
    /// Whether what is missing on the left is filled with zeros.
    pub(super) fn fills_with_zeros(&self) -> bool {
        self.zero && !self.minus
    }

    /// As wide as was asked for.
    pub(super) fn padded(&self, text: &str) -> String {
        let missing = self.width.unwrap_or(0).saturating_sub(text.chars().count());
        match (self.minus, self.zero) {
            (true, _) => format!("{text}{}", " ".repeat(missing)),
            (false, true) => format!("{}{text}", "0".repeat(missing)),
            (false, false) => format!("{}{text}", " ".repeat(missing)),
        }
    }

    /// The same with spaces, whatever the flags say.
    pub(super) fn padded_with_spaces(&self, text: &str) -> String {
        Self { zero: false, ..self.clone() }.padded(text)
    }

    /// The sign of a number, where one is written.
    pub(super) fn sign(&self, is_negative: bool) -> &'static str {
        match (is_negative, self.plus, self.space) {
            (true, ..) => "-",
            (false, true, _) => "+",
            (false, false, true) => " ",
            (false, false, false) => "",
        }
    }
}
