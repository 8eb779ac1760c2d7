//! From tokens to a query: recursive descent with a bound.

use super::{
    COMPARISONS_MAX, DEPTH_MAX,
    ast::{Condition, Field, KINDS, Literal, Operator, Query, STATUSES, Spanset, Value},
    comparison::{Operand, compare, operator},
    error::QueryError,
    lexer::{Placed, Token},
    names,
};

pub(super) struct Parser {
    tokens: Vec<Placed>,
    at: usize,
    depth: usize,
    comparisons: usize,
}

impl Parser {
    /// The last token is the end.
    pub(super) fn new(tokens: Vec<Placed>) -> Self {
        Self { tokens, at: 0, depth: 0, comparisons: 0 }
    }

    pub(super) fn query(mut self) -> Result<Query, QueryError> {
        let spans = self.spanset()?;
        let mut query = Query { spans, stages: Vec::new(), metric: None };
        while self.accept("|") {
            self.stage(&mut query)?;
        }
        self.hints()?;
        match self.peek() {
            Token::End => Ok(query),
            _ => Err(self.other("`|` or the end")),
        }
    }

    pub(super) fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |placed| &placed.token)
    }

    pub(super) fn column(&self) -> usize {
        self.tokens.get(self.at).map_or(1, |placed| placed.column)
    }

    pub(super) fn advance(&mut self) {
        self.at += 1;
    }

    pub(super) fn accept(&mut self, sign: &str) -> bool {
        let is_there = matches!(self.peek(), Token::Sign(found) if *found == sign);
        if is_there {
            self.advance();
        }
        is_there
    }

    pub(super) fn expect(&mut self, sign: &'static str, words: &'static str) -> Result<(), QueryError> {
        if self.accept(sign) { Ok(()) } else { Err(self.other(words)) }
    }

    pub(super) fn other(&self, expected: &'static str) -> QueryError {
        QueryError::expected(self.column(), expected, self.peek().shown())
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, QueryError>) -> Result<T, QueryError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(QueryError {
                column: self.column(),
                ..QueryError::too_large("brackets", self.depth, DEPTH_MAX)
            });
        }
        let read = read(self);
        self.depth -= 1;
        read
    }

    fn spanset(&mut self) -> Result<Spanset, QueryError> {
        let mut left = self.spansets_that_all_hold()?;
        while self.accept("||") {
            let right = self.spansets_that_all_hold()?;
            left = Spanset::Or(Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn spansets_that_all_hold(&mut self) -> Result<Spanset, QueryError> {
        let mut left = self.one_spanset()?;
        loop {
            if self.accept("&&") {
                let right = self.one_spanset()?;
                left = Spanset::And(Box::new(left), Box::new(right));
                continue;
            }
            return match self.peek() {
                Token::Sign(
                    sign @ (">" | ">>" | "<" | "<<" | "~" | "!>" | "!>>" | "!<" | "!<<" | "!~" | "&>" | "&>>" | "&<"
                    | "&<<" | "&~"),
                ) => Err(QueryError::unsupported(self.column(), format!("structural operator `{sign}`"))),
                _ => Ok(left),
            };
        }
    }

    fn one_spanset(&mut self) -> Result<Spanset, QueryError> {
        if self.accept("(") {
            let inner = self.deeper(Self::spanset)?;
            if matches!(self.peek(), Token::Sign("|")) {
                return Err(QueryError::unsupported(self.column(), "a pipeline within brackets"));
            }
            self.expect(")", "`)`")?;
            return Ok(inner);
        }
        if let Token::Word(word) = self.peek()
            && super::stages::is_stage(&word.text)
        {
            return Err(QueryError::unsupported(self.column(), "a pipeline that does not begin with spans"));
        }
        self.expect("{", "`{`")?;
        if self.accept("}") {
            return Ok(Spanset::Of(Condition::Is(true)));
        }
        let condition = self.condition()?;
        self.expect("}", "`&&`, `||` or `}`")?;
        Ok(Spanset::Of(condition))
    }

    fn condition(&mut self) -> Result<Condition, QueryError> {
        let mut any = vec![self.conjunction()?];
        while self.accept("||") {
            any.push(self.conjunction()?);
        }
        Ok(single(any, Condition::Any))
    }

    fn conjunction(&mut self) -> Result<Condition, QueryError> {
        let mut all = vec![self.comparison()?];
        while self.accept("&&") {
            all.push(self.comparison()?);
        }
        Ok(single(all, Condition::All))
    }

    fn comparison(&mut self) -> Result<Condition, QueryError> {
        self.comparisons += 1;
        if self.comparisons > COMPARISONS_MAX {
            let error = QueryError::too_large("comparisons", self.comparisons, COMPARISONS_MAX);
            return Err(QueryError { column: self.column(), ..error });
        }
        let column = self.column();
        let left = self.operand()?;
        let operator = match self.peek() {
            Token::Sign(sign @ ("+" | "-" | "*" | "/" | "%" | "^")) => {
                return Err(QueryError::unsupported(self.column(), format!("arithmetic (`{sign}`)")));
            }
            Token::Sign(sign) => operator(sign),
            _ => None,
        };
        let Some(operator) = operator else { return self.alone(left, column) };
        self.advance();
        let right = self.operand()?;
        compare(left, operator, right, column)
    }

    fn operand(&mut self) -> Result<Operand, QueryError> {
        let column = self.column();
        let operand = match self.peek() {
            Token::Sign("(") => {
                self.advance();
                let inner = self.deeper(Self::condition)?;
                self.expect(")", "`)`")?;
                return Ok(Operand::Condition(inner));
            }
            Token::Sign("!") => {
                self.advance();
                let negated = self.deeper(|parser| {
                    let column = parser.column();
                    let operand = parser.operand()?;
                    parser.alone(operand, column)
                })?;
                return Ok(Operand::Condition(Condition::Not(Box::new(negated))));
            }
            Token::Sign("-") => return Err(QueryError::unsupported(column, "arithmetic (`-`)")),
            Token::Sign("[") => return Err(QueryError::unsupported(column, "a list of values")),
            Token::Text(text) => Operand::Literal(Literal::Value(Value::Text(text.clone()))),
            Token::Int(number) => Operand::Literal(Literal::Value(Value::Int(*number))),
            Token::Float(number) => Operand::Literal(Literal::Value(Value::Float(*number + 0.0))),
            Token::Duration(nanos) => Operand::Literal(Literal::Duration(*nanos)),
            Token::Word(word) => match names::field(word, column)? {
                Some(field) => Operand::Field(field),
                None => match word.text.as_str() {
                    "true" => Operand::Literal(Literal::Value(Value::Bool(true))),
                    "false" => Operand::Literal(Literal::Value(Value::Bool(false))),
                    "nil" => Operand::Nil,
                    other if STATUSES.contains(&other) || KINDS.contains(&other) => Operand::Word(other.to_owned()),
                    _ => return Err(self.other("a field (`span.x`, `.x`, `name`) or a value")),
                },
            },
            _ => return Err(self.other("a field (`span.x`, `.x`, `name`) or a value")),
        };
        self.advance();
        Ok(operand)
    }

    /// What stands without anything to compare it with is true.
    fn alone(&self, operand: Operand, column: usize) -> Result<Condition, QueryError> {
        match operand {
            Operand::Condition(condition) => Ok(condition),
            Operand::Literal(Literal::Value(Value::Bool(is))) => Ok(Condition::Is(is)),
            Operand::Field(field @ Field::Attribute { .. }) => {
                let literal = Literal::Value(Value::Bool(true));
                Ok(Condition::Compare { field, operator: Operator::Equal, literal })
            }
            Operand::Field(_) => Err(self.other("an operator")),
            Operand::Literal(_) | Operand::Nil | Operand::Word(_) => {
                Err(QueryError::senseless(column, "a value alone is neither true nor false"))
            }
        }
    }
}

fn single(mut all: Vec<Condition>, of: impl FnOnce(Vec<Condition>) -> Condition) -> Condition {
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            all.extend(last);
            of(all)
        }
    }
}
