//! The two databases have the same tables, and the tables keep the rules of `docs/database.md`.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without has failed it")]

mod raw;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

const NOT_OURS: &str = "__diesel_schema_migrations";

/// By which processes tell each other what they have changed. SQLite tells them by itself.
const OF_POSTGRES_ALONE: &str = "announced_changes";

fn versions(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(folder);
    let mut versions = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        assert!(path.join("up.sql").is_file() && path.join("down.sql").is_file(), "{}", path.display());
        versions.insert(path.file_name().unwrap().to_str().unwrap().to_owned());
    }
    versions
}

#[test]
fn both_have_the_same_migrations() {
    assert_eq!(versions("sqlite"), versions("postgres"));
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text, column_name = column_name)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    is_nullable: bool,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
struct ForeignKey {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text, column_name = column_name)]
    name: String,
    #[diesel(sql_type = Text)]
    target: String,
    #[diesel(sql_type = Bool)]
    cascades: bool,
}

/// An index, or a primary key, which has no name.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text, column_name = index_name)]
    name: String,
    #[diesel(sql_type = Bool)]
    is_unique: bool,
    #[diesel(sql_type = Text)]
    columns: String,
    #[diesel(sql_type = Text)]
    condition: String,
}

fn sorted<T: Ord>(mut rows: Vec<T>) -> Vec<T> {
    rows.sort_unstable();
    rows
}

/// What a database has, in SQLite's words.
#[derive(Debug, PartialEq)]
struct Shape {
    columns: Vec<Column>,
    foreign_keys: Vec<ForeignKey>,
    indexes: Vec<Index>,
}

fn sqlite_shape(connection: &mut SqliteConnection) -> Shape {
    let ask = |sql: &str| diesel::sql_query(sql.replace("NOT_OURS", NOT_OURS));
    let columns = ask(
        "SELECT t.name AS table_name, c.name AS column_name, c.type AS kind, c.\"notnull\" = 0 AS is_nullable \
         FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND t.name <> 'NOT_OURS'",
    );
    let foreign_keys = ask(
        "SELECT t.name AS table_name, f.\"from\" AS column_name, f.\"table\" || '.' || f.\"to\" AS target, \
         f.on_delete = 'CASCADE' AS cascades FROM sqlite_schema t, pragma_foreign_key_list(t.name) f \
         WHERE t.type = 'table'",
    );
    let indexes = ask(
        "SELECT t.name AS table_name, CASE i.origin WHEN 'c' THEN i.name ELSE '' END AS index_name, \
         i.\"unique\" = 1 AS is_unique, (SELECT group_concat(c.name || CASE c.desc WHEN 1 THEN ' DESC' ELSE '' END, ', ') \
         FROM pragma_index_xinfo(i.name) c WHERE c.key = 1) AS columns, \
         CASE i.partial WHEN 1 THEN substr(s.sql, instr(s.sql, ' WHERE ') + 7) ELSE '' END AS condition \
         FROM sqlite_schema t, pragma_index_list(t.name) i LEFT JOIN sqlite_schema s ON s.name = i.name \
         WHERE t.type = 'table' AND t.name <> 'NOT_OURS'",
    );
    Shape {
        columns: sorted(columns.load(connection).unwrap()),
        foreign_keys: sorted(foreign_keys.load(connection).unwrap()),
        indexes: sorted(indexes.load(connection).unwrap()),
    }
}

fn postgres_shape(connection: &mut PgConnection) -> Shape {
    let others = format!("'{NOT_OURS}', '{OF_POSTGRES_ALONE}'");
    let ask = |sql: &str| diesel::sql_query(sql.replace("OTHERS", &others));
    let columns = ask(
        "SELECT table_name::text, column_name::text, is_nullable = 'YES' AS is_nullable, CASE data_type \
         WHEN 'uuid' THEN 'BLOB' WHEN 'bytea' THEN 'BLOB' WHEN 'text' THEN 'TEXT' WHEN 'jsonb' THEN 'TEXT' \
         WHEN 'boolean' THEN 'INTEGER' WHEN 'smallint' THEN 'INTEGER' WHEN 'integer' THEN 'INTEGER' WHEN 'bigint' THEN 'INTEGER' \
         WHEN 'timestamp with time zone' THEN 'INTEGER' ELSE data_type END AS kind \
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT IN (OTHERS)",
    );
    let foreign_keys =
        ask("SELECT f.conrelid::regclass::text AS table_name, a.attname::text AS column_name, \
         f.confrelid::regclass::text || '.' || b.attname AS target, f.confdeltype = 'c' AS cascades \
         FROM pg_constraint f JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1] \
         JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = f.confkey[1] WHERE f.contype = 'f'");
    let indexes = ask("SELECT i.indrelid::regclass::text AS table_name, i.indisunique AS is_unique, \
         CASE WHEN i.indisprimary THEN '' ELSE i.indexrelid::regclass::text END AS index_name, \
         (SELECT string_agg(pg_get_indexdef(i.indexrelid, k, true) || CASE i.indoption[k - 1] & 1 WHEN 1 THEN ' DESC' \
         ELSE '' END, ', ' ORDER BY k) FROM generate_series(1, i.indnkeyatts) k) AS columns, \
         coalesce(pg_get_expr(i.indpred, i.indrelid, true), '') AS condition \
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
         WHERE n.nspname = 'public' AND t.relname NOT IN (OTHERS)");
    Shape {
        columns: sorted(columns.load(connection).unwrap()),
        foreign_keys: sorted(foreign_keys.load(connection).unwrap()),
        indexes: sorted(indexes.load(connection).unwrap()),
    }
}

fn migrated_sqlite() -> (support::Place, Shape) {
    let place = support::Place::new();
    support::migrated(&place.url());
    let shape = sqlite_shape(&mut raw::sqlite(&place));
    (place, shape)
}

#[test]
fn both_have_the_same_tables() {
    let (_place, sqlite) = migrated_sqlite();
    let Some(url) = support::postgres() else { return };
    support::migrated(&url);
    let postgres = postgres_shape(&mut raw::postgres(&url));
    assert_eq!(sqlite.columns, postgres.columns);
    assert_eq!(sqlite.foreign_keys, postgres.foreign_keys);
    // SQLite needs no index for a primary key that is the row's number, and PostgreSQL writes conditions its own way.
    let plain = |mut index: Index| {
        index.columns = index.columns.replace('"', "");
        index.condition = index.condition.replace(['(', ')'], "").replace("::text", "");
        index
    };
    let indexes = |shape: Shape| -> BTreeSet<Index> {
        shape.indexes.into_iter().filter(|index| index.table_name != "installation").map(plain).collect()
    };
    let (sqlite, postgres) = (indexes(sqlite), indexes(postgres));
    assert_eq!(sqlite.symmetric_difference(&postgres).collect::<Vec<_>>(), Vec::<&Index>::new());
}

#[test]
fn every_foreign_key_cascades_and_is_indexed() {
    let (_place, shape) = migrated_sqlite();
    for key in &shape.foreign_keys {
        assert!(key.cascades, "{key:?}");
        let not_null = format!("{} IS NOT NULL", key.name);
        let serves = |index: &&Index| {
            index.table_name == key.table_name
                && index.columns.split(", ").next() == Some(key.name.as_str())
                && (index.condition.is_empty() || index.condition == not_null)
        };
        assert!(shape.indexes.iter().any(|index| serves(&index)), "{key:?}");
    }
}

#[test]
fn every_reference_is_a_foreign_key() {
    let (_place, shape) = migrated_sqlite();
    let targets: BTreeMap<_, _> = [
        ("workspace_id", "workspaces.id"),
        ("customer_id", "customers.id"),
        ("member_id", "members.id"),
        ("merged_into", "customers.id"),
        ("auth_identity_id", "auth_identities.id"),
        ("session_token_hash", "customer_sessions.token_hash"),
    ]
    .into();
    for column in shape.columns {
        let Some(target) = targets.get(column.name.as_str()) else { continue };
        let is_key = shape.foreign_keys.iter().any(|key| {
            key.table_name == column.table_name && key.name == column.name && key.target == *target
        });
        assert!(is_key, "{column:?}");
    }
}

#[test]
fn migrations_go_up_down_and_up() {
    let place = support::Place::new();
    let urls = [Some(place.url()), Some("sqlite::memory:".to_owned()), support::postgres()];
    for url in urls.into_iter().flatten() {
        let store = support::open(&url);
        let names = store.pending_migrations().unwrap();
        assert_eq!(names.iter().cloned().collect::<BTreeSet<_>>(), versions("sqlite"));
        assert_eq!(store.migrate().unwrap(), names);
        assert!(store.pending_migrations().unwrap().is_empty());
        assert!(store.migrate().unwrap().is_empty());
        assert_eq!(store.revert_all().unwrap().len(), names.len());
        assert_eq!(store.pending_migrations().unwrap(), names);
        assert_eq!(store.migrate().unwrap(), names);
    }
}

#[test]
fn tables_are_strict_and_plans_do_not_look_at_values() {
    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let (place, _) = migrated_sqlite();
    let mut connection = raw::sqlite(&place);
    let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 \
               AND name NOT IN ('sqlite_schema', '__diesel_schema_migrations')";
    let loose: Vec<Name> = diesel::sql_query(sql).load(&mut connection).unwrap();
    assert!(loose.is_empty(), "{:?}", loose.iter().map(|table| &table.name).collect::<Vec<_>>());

    let sql = "SELECT compile_options AS name FROM pragma_compile_options";
    let options: Vec<Name> = diesel::sql_query(sql).load(&mut connection).unwrap();
    let has_qpsg = options.iter().any(|option| option.name == "ENABLE_QPSG");
    assert!(has_qpsg, "SQLite was built without what .cargo/config.toml asks for");
    connection.batch_execute("PRAGMA integrity_check").unwrap();
}
