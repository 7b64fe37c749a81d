//! The installation's record and keys.

use anteroom_domain::credential::SealedSigningKey;

use super::world::{World, assert_conflict, at};
use crate::{Constraint, InstallationRecord, Store, StoreError, StoreExt};

/// [`Installation`](crate::Installation).
pub fn installation(store: &dyn Store) {
    let world = World::new(store);
    there_is_one_record(&world);
    the_youngest_key_comes_first(&world);
}

fn there_is_one_record(world: &World<'_>) {
    assert_eq!(world.read(|unit| unit.installation()), None);
    let record = InstallationRecord { key_check: [7; 32], created_at: at(0) };
    world.write(|unit| unit.insert_installation(&record));
    let other = InstallationRecord { key_check: [8; 32], created_at: at(1) };
    let second = world.store.write(|unit| unit.insert_installation(&other));
    assert_conflict(second, Constraint::Installation);
    world.write(|unit| unit.write_nothing_new());
    assert!(matches!(world.store.read(|unit| unit.write_nothing_new()), Err(StoreError::Failed(_))));
    assert_eq!(world.read(|unit| unit.installation()), Some(record));
}

fn the_youngest_key_comes_first(world: &World<'_>) {
    assert!(world.read(|unit| unit.signing_keys()).is_empty());
    let key = |kid: &str, seconds| SealedSigningKey {
        kid: kid.to_owned(),
        sealed: vec![0, 1, 255],
        created_at: at(seconds),
        signs_from: at(seconds + 60),
    };
    let (old, young, twin) = (key("b", 0), key("c", 1), key("a", 1));
    for key in [&old, &young, &twin] {
        world.write(|unit| unit.insert_signing_key(key));
    }
    assert_conflict(world.store.write(|unit| unit.insert_signing_key(&old)), Constraint::Other);
    assert_eq!(world.read(|unit| unit.signing_keys()), [twin.clone(), young, old.clone()]);
    let remove = |kid: &str| world.write(|unit| unit.remove_signing_key(kid));
    assert_eq!((remove("c"), remove("c"), remove("nobody")), (true, false, false));
    assert_eq!(world.read(|unit| unit.signing_keys()), [twin, old]);
}
