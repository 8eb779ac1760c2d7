//! One page that needs nothing but itself: no script, no request, readable in print.

use super::{TEXT_CHARS_MAX, count, newly, now, services};
use crate::{
    render::escape::html as escaped,
    replay::impact::{
        compared::{Change, Compared},
        summary::{Group, Impact, Rule},
    },
};

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1b1f24;background:#fff}\
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;width:100%}\
th,td{border:1px solid #c8ccd1;padding:.35rem .6rem;text-align:left;vertical-align:top;overflow-wrap:break-word}\
div{overflow-x:auto}th{background:#f1f3f5}td.n{text-align:right;font-variant-numeric:tabular-nums}code{font:13px/1.4 ui-monospace,monospace}\
.refused_now,.not_taken{background:#fde8e6}.allowed_now{background:#e5f4e9}.otherwise{background:#fff6dd}.not_replayable{background:#eceef0}\
@media(prefers-color-scheme:dark){body{color:#e6e8ea;background:#16191d}th{background:#23272d}th,td{border-color:#444a52}\
.refused_now,.not_taken{background:#4a2320}.allowed_now{background:#1f3d29}.otherwise{background:#453a17}.not_replayable{background:#2c3036}}";

/// The page.
#[must_use]
pub fn html(impact: &Impact) -> String {
    let counts = impact.counts();
    let changed: usize =
        Change::ALL.into_iter().filter(|change| change.is_change()).map(|change| count(&counts, change)).sum();
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <title>Policy impact</title><style>{STYLE}</style></head><body>\n<h1>{changed} of {} decisions would change</h1>\n\
         <p>Decisions since {}, judged again by the candidate bundle <code>{}</code>.</p>\n",
        impact.decisions.len(),
        text(&impact.since.to_string()),
        text(&impact.candidate.to_string()),
    );
    let cells = |change: &Change| vec![cell(change.words()), number(count(&counts, *change))];
    table(
        &mut page,
        "Changes",
        &["change", "decisions"],
        Change::ALL.iter().map(|change| (change.word(), cells(change))),
    );
    let mut heads = vec!["service", "owner"];
    heads.extend(Change::ALL.map(Change::words));
    heads.push("newly blocking");
    table(
        &mut page,
        "By service and owner",
        &heads,
        impact.groups().into_iter().map(|group| (String::new(), of_group(group))),
    );
    let rule = |Rule { rule, decisions, services }: Rule| {
        let services: Vec<String> = services.into_iter().collect();
        (String::new(), vec![cell(&rule), number(decisions), cell(&services.join(", "))])
    };
    table(
        &mut page,
        "Newly blocking",
        &["rule", "decisions", "services"],
        impact.newly_blocking().into_iter().map(rule),
    );
    let heads = ["decision", "when", "what", "where", "then", "now", "newly blocking"];
    let row = |one: &Compared| (one.change().word(), of_decision(one));
    table(&mut page, "What would change", &heads, impact.changed().map(row));
    let unknown = impact.decisions.iter().filter(|one| one.change() == Change::NotReplayable);
    table(&mut page, "What cannot be told", &heads, unknown.map(row));
    page.push_str("</body></html>\n");
    page
}

fn of_group(group: Group) -> Vec<String> {
    let mut cells = vec![cell(&group.service), cell(&group.owner)];
    cells.extend(Change::ALL.map(|change| number(count(&group.counts, change))));
    cells.push(cell(&group.newly_blocking.into_iter().collect::<Vec<_>>().join(", ")));
    cells
}

fn of_decision(one: &Compared) -> Vec<String> {
    let past = one.past.as_ref();
    vec![
        format!("<td><code>{}</code></td>", text(one.decision.as_str())),
        cell(&past.map_or_else(String::new, |past| past.at.to_string())),
        cell(&services(one)),
        cell(&past.map_or_else(String::new, |past| past.environment.to_string())),
        cell(&past.map_or_else(String::new, |past| past.then.words())),
        cell(&now(one)),
        cell(&newly(one)),
    ]
}

/// A table with its heading; nothing where it would have no row. Each row has a class and its cells.
fn table(page: &mut String, heading: &str, heads: &[&str], rows: impl Iterator<Item = (String, Vec<String>)>) {
    let rows: Vec<String> =
        rows.map(|(class, cells)| format!("<tr class=\"{}\">{}</tr>\n", text(&class), cells.concat())).collect();
    if rows.is_empty() {
        return;
    }
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{}</th>", text(head))).collect();
    let rows = rows.concat();
    page.push_str(&format!(
        "<h2>{}</h2>\n<div><table><thead><tr>{heads}</tr></thead><tbody>\n{rows}</tbody></table></div>\n",
        text(heading)
    ));
}

fn text(text: &str) -> String {
    escaped(text, TEXT_CHARS_MAX)
}

fn cell(words: &str) -> String {
    format!("<td>{}</td>", text(words))
}

fn number(count: usize) -> String {
    format!("<td class=\"n\">{count}</td>")
}
