//! What stands behind `|`, and `with (…)` at the end.

use super::{
    ast::{Aggregate, Field, Intrinsic, Metric, Operator, Query, Stage},
    comparison::operator,
    error::QueryError,
    lexer::Token,
    names,
    parser::Parser,
};

/// Fields of one stage, at most.
const FIELDS_MAX: usize = 16;
/// Stages of a query, at most.
const STAGES_MAX: usize = 16;

/// What the language has and cannot be answered here.
const UNSUPPORTED: [&str; 11] = [
    "coalesce",
    "min_over_time",
    "max_over_time",
    "avg_over_time",
    "sum_over_time",
    "quantile_over_time",
    "histogram_over_time",
    "compare",
    "topk",
    "bottomk",
    "predict",
];
const KNOWN: [&str; 9] = ["by", "select", "count", "avg", "min", "max", "sum", "rate", "count_over_time"];

pub(super) fn is_stage(word: &str) -> bool {
    KNOWN.contains(&word) || UNSUPPORTED.contains(&word)
}

impl Parser {
    pub(super) fn stage(&mut self, query: &mut Query) -> Result<(), QueryError> {
        let column = self.column();
        let Token::Word(word) = self.peek() else {
            return match self.peek() {
                Token::Sign("{") => Err(QueryError::unsupported(column, "a spanset behind `|`")),
                _ => Err(self.other("a stage: select, by, count, rate, …")),
            };
        };
        let name = word.text.clone();
        if UNSUPPORTED.contains(&name.as_str()) {
            return Err(QueryError::unsupported(column, format!("`{name}()`")));
        }
        if query.metric.is_some() {
            return Err(QueryError::unsupported(column, "a stage behind a metric"));
        }
        if query.stages.len() >= STAGES_MAX {
            return Err(QueryError { column, ..QueryError::too_large("stages", STAGES_MAX + 1, STAGES_MAX) });
        }
        self.advance();
        match name.as_str() {
            "by" => {
                let fields = self.fields()?;
                query.stages.extend(fields.into_iter().map(Stage::By));
            }
            "select" => {
                let fields = self.fields()?;
                query.stages.push(Stage::Select(fields));
            }
            "rate" | "count_over_time" => {
                if !query.stages.is_empty() {
                    return Err(QueryError::unsupported(column, "a metric behind other stages"));
                }
                self.expect("(", "`(`")?;
                self.expect(")", "`)`")?;
                let by = if self.word("by") { self.fields()? } else { Vec::new() };
                query.metric = Some(Metric { each_second: name == "rate", by });
            }
            "count" | "avg" | "min" | "max" | "sum" => {
                let aggregate = self.aggregate(&name)?;
                query.stages.push(aggregate);
            }
            _ => return Err(QueryError::expected(column, "a stage: select, by, count, rate, …", format!("`{name}`"))),
        }
        Ok(())
    }

    fn word(&mut self, wanted: &str) -> bool {
        let is_there = matches!(self.peek(), Token::Word(word) if word.text == wanted);
        if is_there {
            self.advance();
        }
        is_there
    }

    /// One at least.
    fn fields(&mut self) -> Result<Vec<Field>, QueryError> {
        self.expect("(", "`(`")?;
        let mut fields = Vec::new();
        loop {
            let column = self.column();
            if fields.len() >= FIELDS_MAX {
                return Err(QueryError { column, ..QueryError::too_large("fields", FIELDS_MAX + 1, FIELDS_MAX) });
            }
            fields.push(self.field()?);
            if self.accept(")") {
                return Ok(fields);
            }
            self.expect(",", "`,` or `)`")?;
        }
    }

    fn field(&mut self) -> Result<Field, QueryError> {
        let field = match self.peek() {
            Token::Word(word) => names::field(word, self.column())?,
            _ => None,
        };
        let field = field.ok_or_else(|| self.other("a field: `span.x`, `.x`, `name`"))?;
        self.advance();
        Ok(field)
    }

    fn aggregate(&mut self, name: &str) -> Result<Stage, QueryError> {
        self.expect("(", "`(`")?;
        let aggregate = if name == "count" {
            Aggregate::Count
        } else {
            let column = self.column();
            let field = self.field()?;
            if matches!(&field, Field::Own(own) if !matches!(own, Intrinsic::Duration | Intrinsic::TraceDuration)) {
                return Err(QueryError::senseless(column, "this field is no number"));
            }
            match name {
                "avg" => Aggregate::Mean(field),
                "min" => Aggregate::Least(field),
                "max" => Aggregate::Greatest(field),
                _ => Aggregate::Sum(field),
            }
        };
        self.expect(")", "`)`")?;
        let operator = match self.peek() {
            Token::Sign(sign) => operator(sign).filter(|one| !matches!(one, Operator::Fits | Operator::FitsNot)),
            _ => None,
        };
        let operator = operator.ok_or_else(|| self.other("a comparison with a number"))?;
        self.advance();
        #[expect(clippy::cast_precision_loss, reason = "compared as floats")]
        let number = match self.peek() {
            Token::Int(number) | Token::Duration(number) => *number as f64,
            Token::Float(number) => *number,
            _ => return Err(self.other("a number")),
        };
        self.advance();
        Ok(Stage::Aggregate { aggregate, operator, number })
    }

    /// `with (most_recent=true)`: how somebody else may go about it, which changes no answer here.
    pub(super) fn hints(&mut self) -> Result<(), QueryError> {
        if !self.word("with") {
            return Ok(());
        }
        self.expect("(", "`(`")?;
        loop {
            match self.peek() {
                Token::Word(_) => self.advance(),
                _ => return Err(self.other("a hint's name")),
            }
            self.expect("=", "`=`")?;
            match self.peek() {
                Token::Word(_) | Token::Text(_) | Token::Int(_) | Token::Float(_) | Token::Duration(_) => {
                    self.advance()
                }
                _ => return Err(self.other("a hint's value")),
            }
            if self.accept(")") {
                return Ok(());
            }
            self.expect(",", "`,` or `)`")?;
        }
    }
}

/// Kept in one place with the values that it compares.
pub(crate) fn holds(left: f64, operator: Operator, right: f64) -> bool {
    match operator {
        Operator::Equal => left == right,
        Operator::NotEqual => left != right,
        Operator::Greater => left > right,
        Operator::GreaterOrEqual => left >= right,
        Operator::Less => left < right,
        Operator::LessOrEqual => left <= right,
        Operator::Fits | Operator::FitsNot => false,
    }
}
