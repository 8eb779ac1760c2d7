//! An expression: parsed, looked through for what it cannot mean, and made safe against empty evidence.

mod flaw;
mod reading;
mod root;

pub(crate) use self::flaw::Flaw;
use crate::language::Language;
use cel_rust::{IdedExpr, parser::PrattParser};
use reading::Reading;
use std::collections::BTreeSet;

/// Bytes of an expression, at most.
const BYTES_MAX: usize = 4096;
/// How deep an expression may be nested.
const DEPTH_MAX: u16 = 64;

/// What an expression has to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A rule.
    Bool,
    /// A message.
    Text,
}

/// Such an expression.
#[derive(Debug)]
pub(crate) struct Expression {
    pub(crate) ast: IdedExpr,
    /// The variables that it names.
    pub(crate) mentions: BTreeSet<&'static str>,
}

impl Expression {
    /// Reads it, or says everything that is wrong.
    pub(crate) fn compile(source: &str, answer: Answer, language: &Language) -> Result<Self, Vec<Flaw>> {
        if source.len() > BYTES_MAX {
            return Err(vec![Flaw::start(format!("{} bytes used, {BYTES_MAX} allowed", source.len()))]);
        }
        let parser = PrattParser::new().max_recursion_depth(DEPTH_MAX);
        let mut ast = parser.parse(source).map_err(Flaw::of_parser)?;
        let mut reading = Reading::new(source, language);
        reading.visit(&mut ast, 0);
        let Reading { mentions, mut flaws, .. } = reading;
        if flaws.is_empty()
            && let Some(message) = root::unfit(&ast, answer)
        {
            flaws.push(Flaw::start(message));
        }
        if flaws.is_empty() { Ok(Self { ast, mentions }) } else { Err(flaws) }
    }

    pub(crate) fn mentions(&self, variable: &str) -> bool {
        self.mentions.contains(variable)
    }
}

#[cfg(test)]
mod tests {
    use cel_rust::{Env, parser::PrattParser};
    use regex_lite::Regex;

    /// The small parser is a tenth of the other's size and time, and not yet under the crate's promise of compatibility.
    #[test]
    fn the_small_parser_reads_what_the_large_one_reads() {
        let ids = Regex::new(r"\bid: \d+").unwrap();
        let large = Env::stdlib().with_optional_support(false);
        for source in [
            "a && b && c || d && !e || f ? g : h ? i : j",
            "a + b * -c - (d % e) / f == 1u",
            "a.b['c'][0].d(e, 2.5, b'x') in [1, 'x', r'\\d', null]",
            "has(a.b.c) && a.all(x, x.exists(y, y > x)) || a.exists_one(z, z)",
            "a.filter(x, x > 1).map(y, y * 2).map(z, z > 3, z) == {'a': 1, 'b': [true]}",
            "!(a < b) && -1 <= c || - - d >= 1e3 // said",
            "matches(a, '^\\\\d+$') && a.matches(\"x\") && size(a) == 3 && \"\"\"t\"\"\" != '\\n'",
        ] {
            let small = PrattParser::new().parse(source).map_err(|errors| errors.to_string()).unwrap();
            let other = large.compile(source).map_err(|errors| errors.to_string()).unwrap();
            let (small, other) = (format!("{small:?}"), format!("{:?}", other.expression()));
            assert_eq!(ids.replace_all(&small, ""), ids.replace_all(&other, ""), "{source}");
        }
    }
}
