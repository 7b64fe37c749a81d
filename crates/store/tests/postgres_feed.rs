//! What processes that share a PostgreSQL database hear of each other. Two stores stand for two processes.

#![expect(clippy::unwrap_used, reason = "what a test cannot do without has failed it")]

#[expect(dead_code, reason = "all of this is about PostgreSQL")]
mod support;

use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, Instant};

use anteroom_domain::Id;
use anteroom_domain::text::{Line, Slug};
use anteroom_domain::workspace::{Workspace, WorkspaceId, WorkspaceSettings};
use anteroom_store::sql::SqlStore;
use anteroom_store::{Changes, Feed, Listener, Mode, Store, StoreError, StoreExt, Topic, Unit};
use anteroom_testkit::postgres::sql;
use time::macros::datetime;

/// A database of two stores, and its workspaces.
struct World {
    url: String,
    here: SqlStore,
    there: SqlStore,
    workspaces: Vec<WorkspaceId>,
}

impl World {
    /// `None` where no PostgreSQL is installed.
    fn new(workspaces: u8) -> Option<Self> {
        let url = support::postgres()?;
        let (here, there) = (support::migrated(&url), support::open(&url));
        let workspaces: Vec<_> = (0..workspaces).map(|n| Id::from_random_bytes([n; 16])).collect();
        here.write(|unit| workspaces.iter().try_for_each(|id| unit.insert_workspace(&workspace(*id))))
            .unwrap();
        Some(Self { url, here, there, workspaces })
    }

    fn about(&self) -> Changes {
        let mut changes = Changes::default();
        for id in &self.workspaces {
            changes.add(Topic::Workspace(*id));
        }
        changes
    }

    /// Changes every workspace.
    fn change(&self, unit: &mut dyn Unit) -> Result<(), StoreError> {
        self.workspaces.iter().try_for_each(|id| {
            let at = datetime!(2026-01-02 03:04:05 UTC);
            unit.update_workspace_settings(*id, &WorkspaceSettings::default(), at).map(|found| assert!(found))
        })
    }

    fn listeners(&self) -> String {
        sql(
            &self.url,
            "SELECT count(*) FROM pg_stat_activity \
             WHERE datname = current_database() AND application_name = 'anteroom change feed'",
        )
    }
}

fn workspace(id: WorkspaceId) -> Workspace {
    Workspace {
        id,
        slug: Slug::parse(&format!("shop-{}", id.uuid().simple())).unwrap(),
        name: Line::parse("Shop").unwrap().unwrap(),
        settings: WorkspaceSettings::default(),
        created_at: datetime!(2026-01-02 03:04:05 UTC),
        modified_at: None,
        disabled_at: None,
    }
}

fn workspaces(count: u16) -> Vec<WorkspaceId> {
    let id = |n: u16| {
        let [high, low] = n.to_be_bytes();
        Id::from_random_bytes([high, low, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    };
    (0..count).map(id).collect()
}

/// All that was committed before this is called.
fn heard(feed: &mut dyn Feed) -> Changes {
    let now = Instant::now();
    let mut changes = Changes::default();
    loop {
        let heard = feed.hear().unwrap();
        changes = changes.and(heard.changes);
        if heard.as_of >= now {
            return changes;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn each_hears_what_the_other_commits_and_what_it_does_itself() {
    let Some(world) = World::new(1) else { return };
    let (mut at_home, mut away) = (world.here.feed().unwrap(), world.there.feed().unwrap());
    assert_eq!(world.listeners(), "2");
    assert_eq!(heard(&mut *away), Changes::default());
    world.here.write(|unit| world.change(unit)).unwrap();
    assert_eq!(heard(&mut *away), world.about());
    assert_eq!(heard(&mut *at_home), world.about());
    world.there.write(|unit| world.change(unit)).unwrap();
    assert_eq!(heard(&mut *at_home), world.about());
    assert_eq!(heard(&mut *away), world.about());
}

#[test]
fn what_is_rolled_back_nobody_hears() {
    let Some(world) = World::new(1) else { return };
    let mut feed = world.there.feed().unwrap();
    let mut unit = world.here.begin(Mode::Write).unwrap();
    world.change(&mut *unit).unwrap();
    assert_eq!(heard(&mut *feed), Changes::default());
    drop(unit);
    assert_eq!(heard(&mut *feed), Changes::default());
    world.here.write(|unit| unit.workspace_for_update(world.workspaces[0])).unwrap();
    assert_eq!(heard(&mut *feed), Changes::default());
}

#[test]
fn what_was_committed_before_is_heard_by_now() {
    let Some(world) = World::new(1) else { return };
    let mut feed = world.there.feed().unwrap();
    let mut last = Instant::now();
    for _ in 0..5 {
        world.here.write(|unit| world.change(unit)).unwrap();
        assert_eq!(heard(&mut *feed), world.about());
        let as_of = feed.hear().unwrap().as_of;
        assert!(as_of >= last && as_of <= Instant::now());
        last = as_of;
    }
}

#[test]
fn many_topics_of_one_unit_are_all_heard() {
    let Some(mut world) = World::new(0) else { return };
    world.workspaces = workspaces(2_000);
    world
        .here
        .write(|unit| world.workspaces.iter().try_for_each(|id| unit.insert_workspace(&workspace(*id))))
        .unwrap();
    let mut feed = world.there.feed().unwrap();
    world.here.write(|unit| world.change(unit)).unwrap();
    assert_eq!(heard(&mut *feed), world.about());
}

#[test]
fn very_many_topics_and_none_are_everything() {
    let Some(mut world) = World::new(1) else { return };
    let mut feed = world.here.feed().unwrap();
    sql(&world.url, "INSERT INTO announced_changes (topics) VALUES (NULL)");
    assert_eq!(heard(&mut *feed), Changes::Everything, "another program may say so");
    assert_eq!(heard(&mut *feed), Changes::default());
    world.workspaces = workspaces(4_001);
    world
        .here
        .write(|unit| world.workspaces.iter().try_for_each(|id| unit.insert_workspace(&workspace(*id))))
        .unwrap();
    assert_eq!(heard(&mut *feed), Changes::default());
    world.there.write(|unit| world.change(unit)).unwrap();
    assert_eq!(heard(&mut *feed), Changes::Everything);
}

/// Transactions have numbers, and end in another order.
#[test]
fn what_is_committed_late_is_heard_then_and_nothing_is_heard_twice() {
    let Some(world) = World::new(3) else { return };
    let mut feed = world.there.feed().unwrap();
    let mut slow = world.here.begin(Mode::Write).unwrap();
    let at = datetime!(2026-01-02 03:04:05 UTC);
    assert!(slow.update_workspace_settings(world.workspaces[0], &WorkspaceSettings::default(), at).unwrap());
    for id in &world.workspaces[1..] {
        world
            .there
            .write(|unit| unit.update_workspace_settings(*id, &WorkspaceSettings::default(), at))
            .unwrap();
        let mut other = Changes::default();
        other.add(Topic::Workspace(*id));
        assert_eq!(heard(&mut *feed), other);
        assert_eq!(heard(&mut *feed), Changes::default());
    }
    slow.commit().unwrap();
    let mut late = Changes::default();
    late.add(Topic::Workspace(world.workspaces[0]));
    assert_eq!(heard(&mut *feed), late);
    assert_eq!(heard(&mut *feed), Changes::default());
}

#[test]
fn a_feed_that_is_lost_says_so_and_another_hears() {
    let Some(world) = World::new(1) else { return };
    let mut feed = world.there.feed().unwrap();
    assert_eq!(heard(&mut *feed), Changes::default());
    sql(
        &world.url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = current_database() AND application_name = 'anteroom change feed'",
    );
    let error = std::iter::repeat_with(|| feed.hear()).find_map(Result::err).unwrap();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    let mut feed = world.there.feed().unwrap();
    world.here.write(|unit| world.change(unit)).unwrap();
    assert_eq!(heard(&mut *feed), world.about());
}

#[derive(Default)]
struct Notes(Mutex<Vec<Changes>>);

impl Listener for Notes {
    fn changed(&self, changes: &Changes) {
        self.0.lock().unwrap().push(changes.clone());
    }
}

/// The server goes while it commits: whoever asked for it cannot know whether it has.
#[test]
fn a_commit_of_which_nobody_knows_the_end_is_told() {
    let Some(world) = World::new(1) else { return };
    sql(
        &world.url,
        "CREATE FUNCTION go() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(10); RETURN NULL; END $$; \
         CREATE CONSTRAINT TRIGGER go AFTER UPDATE ON workspaces DEFERRABLE INITIALLY DEFERRED \
         FOR EACH ROW EXECUTE FUNCTION go()",
    );
    let notes = Arc::<Notes>::default();
    let listener: Weak<Notes> = Arc::downgrade(&notes);
    world.here.listen(listener);
    let mut unit = world.here.begin(Mode::Write).unwrap();
    world.change(&mut *unit).unwrap();
    assert_eq!(*notes.0.lock().unwrap(), []);
    let committed = unit.commit();
    assert!(matches!(committed, Err(StoreError::Unavailable(_))), "{committed:?}");
    assert_eq!(*notes.0.lock().unwrap(), [world.about()]);
}
