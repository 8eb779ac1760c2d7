//! Rows for a terminal, for a program, and for a spreadsheet.

use crate::{
    cli::{asked::Undone, talk},
    render::escape,
};
use serde::Serialize;

/// Characters of one cell, at most.
const CELL_CHARS_MAX: usize = 200;

/// In which form.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Form {
    /// JSON in place of a table
    #[arg(long, conflicts_with = "csv")]
    pub(super) json: bool,
    /// CSV in place of a table
    #[arg(long)]
    pub(super) csv: bool,
}

/// Rows under their names. Whatever stands in them may be somebody else's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    /// Prints it, or what it was made of.
    pub(super) fn print(&self, form: &Form, body: &impl Serialize) -> Result<(), Undone> {
        let said = |error: &dyn std::fmt::Display| Undone::Output(error.to_string());
        let text = match (form.json, form.csv) {
            (true, _) => json(body)?,
            (_, true) => self.csv(),
            _ => self.text(),
        };
        talk::data(&text).map_err(|error| said(&error))
    }

    /// In columns; the last one is not padded.
    pub(super) fn text(&self) -> String {
        let cell = |text: &String| escape::terminal(text, CELL_CHARS_MAX);
        let rows: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        let head: Vec<String> = self.head.iter().map(cell).collect();
        let wide = |at: usize| {
            let cells = rows.iter().filter_map(|row| row.get(at)).chain(head.get(at));
            cells.map(|text| text.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..head.len()).map(wide).collect();
        let line = |row: &Vec<String>| {
            let padded = row.iter().zip(&widths).map(|(text, &width)| format!("{text:<width$}"));
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
        };
        std::iter::once(&head).chain(&rows).map(line).collect()
    }

    /// With a line of names.
    pub(super) fn csv(&self) -> String {
        std::iter::once(&self.head).chain(&self.rows).map(|row| csv_line(row)).collect()
    }
}

/// One line of CSV.
pub(super) fn csv_line(row: &[String]) -> String {
    row.iter().map(|text| escape::csv(text, usize::MAX)).collect::<Vec<_>>().join(",") + "\n"
}

fn json(body: &impl Serialize) -> Result<String, Undone> {
    let text = serde_json::to_string_pretty(body).map_err(|error| Undone::Output(error.to_string()))?;
    Ok(escape::json(&text) + "\n")
}

#[cfg(test)]
mod tests {
    use super::Table;

    fn table() -> Table {
        let row = |cells: &[&str]| -> Vec<String> { cells.iter().map(|cell| (*cell).to_owned()).collect() };
        let rows = vec![row(&["a", "\u{1b}[31mred\n::add-mask::x", "1"]), row(&["bbb", "=1+1", "22"])];
        Table { head: row(&["id", "what", "n"]), rows }
    }

    #[test]
    fn a_row_is_one_line_whatever_it_holds() {
        let text = table().text();
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(!text.contains('\u{1b}'), "{text:?}");
        assert!(text.starts_with("id   what"), "{text}");
        let at = |line: usize| text.lines().nth(line).unwrap().chars().rev().position(|c| c == ' ');
        assert_eq!((at(1), at(2)), (Some(1), Some(2)), "{text}");
    }

    #[test]
    fn a_spreadsheet_reads_no_formula() {
        let csv = table().csv();
        assert!(csv.starts_with("id,what,n\n") && csv.contains("bbb,\"'=1+1\",22\n"), "{csv}");
        assert_eq!(csv.lines().count(), 3, "{csv}");
    }
}
