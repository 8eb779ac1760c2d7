//! Private texts: the only place where people's names and words lie.

use super::{Connection, ROWS_MAX, builder::QueryBuilder, kind::Kind};
use crate::{
    error::{ReadError, RecordError},
    private::{Private, SALT_BYTES, Salted},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What texts are salted to.
pub(crate) type Known = BTreeMap<String, Salted>;

/// Those of these texts that the record has.
pub(crate) async fn of<'p>(
    connection: &mut Connection,
    privates: impl IntoIterator<Item = &'p mut Private>,
) -> Result<Known, RecordError> {
    known(connection, &privates.into_iter().filter_map(|private| text_of(private)).collect()).await
}

/// Salts these texts; one that is known keeps its salt, so that equal judgements are equal leaves. Those that were found out before are not looked for.
pub(crate) async fn salt(
    connection: &mut Connection,
    mut privates: Vec<&mut Private>,
    before: &Known,
) -> Result<(), RecordError> {
    let (there, others): (BTreeSet<Arc<str>>, BTreeSet<Arc<str>>) =
        privates.iter().filter_map(|private| text_of(private)).partition(|text| before.contains_key(&**text));
    let mut known = known(connection, &others).await?;
    known.extend(
        there.iter().filter_map(|text| before.get_key_value(&**text)).map(|(text, salted)| (text.clone(), *salted)),
    );
    for text in others {
        if !known.contains_key(&*text) {
            let salted = keep(connection, &text).await?;
            known.insert(text.as_ref().to_owned(), salted);
        }
    }
    for private in &mut privates {
        if let Some(salted) = text_of(private).and_then(|text| known.get(&*text)) {
            **private = Private::Salted(*salted);
        }
    }
    Ok(())
}

/// Whether all of these texts are among those that were found.
pub(crate) fn are_known(privates: &[&mut Private], known: &Known) -> bool {
    privates.iter().all(|private| text_of(private).is_none_or(|text| known.contains_key(&*text)))
}

fn text_of(private: &Private) -> Option<Arc<str>> {
    match private {
        Private::Text(text) => Some(text.clone()),
        Private::Salted(_) => None,
    }
}

async fn known(connection: &mut Connection, texts: &BTreeSet<Arc<str>>) -> Result<Known, RecordError> {
    let (mut known, kind) = (BTreeMap::new(), Kind::of(connection));
    for some in texts.iter().collect::<Vec<_>>().chunks(ROWS_MAX) {
        let mut select = QueryBuilder::new("SELECT text, salt FROM private_texts WHERE text IN (");
        let mut list = select.separated(", ");
        for text in some {
            list.push_bind(kind.kept(text));
        }
        list.push_unseparated(")");
        let rows: Vec<(String, Vec<u8>)> = select.build_query_as().fetch_all(&mut *connection).await?;
        known.extend(rows.into_iter().map(|(text, salt)| {
            let text = kind.given(text);
            let salted = Salted::of(&salt, &text);
            (text, salted)
        }));
    }
    Ok(known)
}

async fn keep(connection: &mut Connection, text: &str) -> Result<Salted, RecordError> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).map_err(|cause| RecordError::Encode(Arc::new(cause)))?;
    let salted = Salted::of(&salt, text);
    sqlx::query("INSERT INTO private_texts (salted, salt, text) VALUES ($1, $2, $3)")
        .bind(salted.to_string())
        .bind(salt.to_vec())
        .bind(Kind::of(connection).kept(text))
        .execute(connection)
        .await?;
    Ok(salted)
}

/// What a text is salted to, where the record has it.
pub(crate) async fn salted(connection: &mut Connection, text: &str) -> Result<Option<String>, ReadError> {
    let salted: Option<String> = sqlx::query_scalar("SELECT salted FROM private_texts WHERE text = $1")
        .bind(Kind::of(connection).kept(text))
        .fetch_optional(connection)
        .await?;
    Ok(salted)
}

/// Puts the texts back; one that was forgotten stays salted.
pub(crate) async fn reveal(connection: &mut Connection, privates: Vec<&mut Private>) -> Result<(), ReadError> {
    for private in privates {
        let Private::Salted(salted) = private else { continue };
        let row: Option<(Vec<u8>, String)> = sqlx::query_as("SELECT salt, text FROM private_texts WHERE salted = $1")
            .bind(salted.to_string())
            .fetch_optional(&mut *connection)
            .await?;
        let Some((salt, text)) = row else { continue };
        let text = Kind::of(connection).given(text);
        if Salted::of(&salt, &text) != *salted {
            return Err(ReadError::Altered { what: format!("private text `{salted}`") });
        }
        *private = Private::Text(text.into());
    }
    Ok(())
}
