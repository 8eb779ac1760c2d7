//! A format's text, directive by directive: `%[2]*.[1]*f`.

use super::{arg::Arg, shape::Shape};

/// Numbers in a format, at most; Go reads no greater one.
const NUMBER_MAX: usize = 1_000_000;

/// What a percent sign begins.
#[derive(Debug)]
pub(super) enum Directive<'a> {
    /// `%%`
    Percent,
    /// The verb, where there is one, and what is wrong.
    Wrong(Option<char>, &'static str),
    /// This argument, in that shape, by that verb.
    Of(&'a Arg, Shape, char),
}

/// Where reading stands.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    rest: &'a str,
    args: &'a [Arg],
    next: usize,
    /// Whether an argument was named by its number: then it is not said which are left over.
    is_reordered: bool,
    /// Whether every number so far named an argument.
    is_good: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(format: &'a str, args: &'a [Arg]) -> Self {
        Self { rest: format, args, next: 0, is_reordered: false, is_good: true }
    }

    pub(super) fn rest(&self) -> &'a str {
        self.rest
    }

    /// Arguments that no directive asked for.
    pub(super) fn extra(&self) -> &'a [Arg] {
        if self.is_reordered { &[] } else { self.args.get(self.next..).unwrap_or(&[]) }
    }

    /// The text before the next directive, which is read next.
    pub(super) fn up_to_directive(&mut self) -> Option<&'a str> {
        let (before, after) = self.rest.split_once('%')?;
        self.rest = after;
        Some(before)
    }

    /// Complaints about width and precision go to `out`, before the value.
    pub(super) fn directive(&mut self, out: &mut String) -> Directive<'a> {
        self.is_good = true;
        let mut shape = self.flags();
        let mut is_after_index = self.index();
        if self.eat('*') {
            is_after_index = false;
            self.width_of_argument(&mut shape, out);
        } else {
            shape.width = self.number();
            self.is_good &= !(is_after_index && shape.width.is_some());
        }
        if self.eat('.') {
            self.is_good &= !is_after_index;
            is_after_index = self.index();
            shape.precision = if self.eat('*') {
                is_after_index = false;
                self.precision_of_argument(out)
            } else {
                Some(self.number().unwrap_or(0))
            };
        }
        if !is_after_index {
            self.index();
        }
        let mut chars = self.rest.chars();
        let Some(verb) = chars.next() else { return Directive::Wrong(None, "NOVERB") };
        self.rest = chars.as_str();
        match (verb, self.is_good, self.args.get(self.next)) {
            ('%', ..) => Directive::Percent,
            (_, false, _) => Directive::Wrong(Some(verb), "BADINDEX"),
            (_, true, None) => Directive::Wrong(Some(verb), "MISSING"),
            (_, true, Some(arg)) => {
                self.next += 1;
                Directive::Of(arg, shape, verb)
            }
        }
    }

    fn flags(&mut self) -> Shape {
        let mut shape = Shape::default();
        while let Some(first) = self.rest.chars().next() {
            match first {
                '+' => shape.plus = true,
                '-' => shape.minus = true,
                '#' => shape.sharp = true,
                ' ' => shape.space = true,
                '0' => shape.zero = true,
                _ => break,
            }
            self.rest = &self.rest[1..];
        }
        shape
    }

    fn eat(&mut self, sign: char) -> bool {
        let behind = self.rest.strip_prefix(sign);
        self.rest = behind.unwrap_or(self.rest);
        behind.is_some()
    }

    /// Of one that is too great nothing is made, and nothing of what follows.
    fn number(&mut self) -> Option<usize> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, behind) = self.rest.split_at(end);
        if digits.is_empty() {
            return None;
        }
        let number = digits.parse().ok().filter(|number| *number <= NUMBER_MAX);
        self.rest = if number.is_some() { behind } else { "" };
        number
    }

    /// `[n]`: the argument that is meant, counted from 1. Whether a number was read.
    fn index(&mut self) -> bool {
        let Some(inside) = self.rest.strip_prefix('[') else { return false };
        self.is_reordered = true;
        let Some((digits, behind)) = inside.split_once(']') else {
            self.rest = inside;
            self.is_good = false;
            return false;
        };
        self.rest = behind;
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let meant = digits.parse::<usize>().ok().filter(|n| is_number && (1..=self.args.len()).contains(n));
        match meant {
            Some(n) => self.next = n - 1,
            None => self.is_good = false,
        }
        is_number
    }

    fn width_of_argument(&mut self, shape: &mut Shape, out: &mut String) {
        match self.small() {
            Some(width) => {
                shape.minus |= width < 0;
                shape.width = usize::try_from(width.unsigned_abs()).ok();
            }
            None => out.push_str("%!(BADWIDTH)"),
        }
    }

    fn precision_of_argument(&mut self, out: &mut String) -> Option<usize> {
        let precision = self.small().and_then(|precision| usize::try_from(precision).ok());
        if precision.is_none() {
            out.push_str("%!(BADPREC)");
        }
        precision
    }

    /// The next argument, where it is a number that fits.
    fn small(&mut self) -> Option<i64> {
        let arg = self.args.get(self.next)?;
        self.next += 1;
        arg.whole().filter(|number| number.unsigned_abs() <= NUMBER_MAX as u64)
    }
}
