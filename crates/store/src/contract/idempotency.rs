//! Answers that are given again: kept once, given until they expire, swept in pieces.

use anteroom_domain::idempotency::IdempotentAnswer;
use time::Duration;

use super::races::winners;
use super::world::{World, assert_conflict, at, hash};
use crate::{Constraint, Store, StoreError, StoreExt};

/// Idempotent answers.
pub fn idempotency(store: &dyn Store) {
    an_answer_is_given_until_it_expires(&World::new(store));
    a_living_answer_stays_and_its_rivals_unit_changes_nothing(&World::new(store));
    an_expired_answer_is_as_good_as_absent(&World::new(store));
    another_workspace_sees_nothing(&World::new(store), &World::new(store));
    what_tells_of_somebody_goes_with_them(&World::new(store));
    sweeping_takes_the_oldest_expired_ones(&World::new(store));
}

/// Idempotent answers, where several are at it at once.
pub fn idempotency_races(store: &dyn Store) {
    of_sixteen_one_keeps_its_answer(&World::new(store));
    of_sixteen_one_replaces_the_expired_answer(&World::new(store));
    sweeping_spares_what_has_just_been_replaced(&World::new(store));
}

impl World<'_> {
    pub(super) fn answer(&self, seconds: i64) -> IdempotentAnswer {
        IdempotentAnswer {
            key_hash: hash(),
            workspace_id: self.workspace,
            customer_id: None,
            sealed: b"sealed".to_vec(),
            created_at: at(seconds),
            expires_at: at(seconds + 60),
        }
    }

    pub(super) fn given(&self, answer: &IdempotentAnswer, seconds: i64) -> Option<Vec<u8>> {
        let given = self.read(|unit| unit.idempotent_answer(self.workspace, &answer.key_hash, at(seconds)));
        given.map(|(sealed, customer)| {
            assert_eq!(customer, answer.customer_id);
            sealed
        })
    }

    /// Removes what other cases left, so that counts mean something.
    fn swept_until(&self, seconds: i64) {
        self.write(|unit| unit.sweep_idempotent_answers(at(seconds), 1000));
    }
}

fn an_answer_is_given_until_it_expires(world: &World<'_>) {
    let answer = world.answer(0);
    assert_eq!(world.given(&answer, 0), None);
    world.write(|unit| unit.insert_idempotent_answer(&answer));
    assert_eq!(world.given(&answer, 0), Some(b"sealed".to_vec()));
    assert_eq!(world.given(&answer, 59), Some(b"sealed".to_vec()));
    assert_eq!(world.given(&answer, 60), None);
    let other = world.answer(0);
    assert_eq!(world.given(&other, 0), None);
}

fn a_living_answer_stays_and_its_rivals_unit_changes_nothing(world: &World<'_>) {
    let answer = world.answer(0);
    world.write(|unit| unit.insert_idempotent_answer(&answer));
    let customer = world.customer("a@example.com");
    let rival = IdempotentAnswer { sealed: b"rival".to_vec(), created_at: at(59), ..answer.clone() };
    let refused = world.store.write(|unit| {
        unit.insert_customer(&customer)?;
        unit.insert_idempotent_answer(&rival)
    });
    assert_conflict(refused, Constraint::IdempotentAnswer);
    assert_eq!(world.given(&answer, 1), Some(b"sealed".to_vec()));
    assert_eq!(world.read(|unit| unit.customer(world.workspace, customer.id)), None);
}

fn an_expired_answer_is_as_good_as_absent(world: &World<'_>) {
    let answer = world.answer(0);
    world.write(|unit| unit.insert_idempotent_answer(&answer));
    let next = IdempotentAnswer {
        sealed: b"next".to_vec(),
        created_at: answer.expires_at,
        expires_at: answer.expires_at + Duration::MINUTE,
        ..answer
    };
    world.write(|unit| unit.insert_idempotent_answer(&next));
    assert_eq!(world.given(&next, 60), Some(b"next".to_vec()));
    assert_eq!(world.given(&next, 119), Some(b"next".to_vec()));
    assert_eq!(world.given(&next, 120), None);
}

fn another_workspace_sees_nothing(world: &World<'_>, other: &World<'_>) {
    let answer = world.answer(0);
    world.write(|unit| unit.insert_idempotent_answer(&answer));
    assert_eq!(other.given(&answer, 1), None);
    assert_eq!(world.given(&answer, 1), Some(b"sealed".to_vec()));
    let nowhere = IdempotentAnswer { workspace_id: super::world::id(), ..world.answer(0) };
    assert_conflict(world.store.write(|unit| unit.insert_idempotent_answer(&nowhere)), Constraint::Reference);
}

fn sweeping_takes_the_oldest_expired_ones(world: &World<'_>) {
    world.swept_until(10_000);
    // Not in the order in which they expire.
    let answers = [3, 1, 4, 2, 100].map(|seconds| world.answer(seconds));
    for answer in &answers {
        world.write(|unit| unit.insert_idempotent_answer(answer));
    }
    let sweep = |limit| world.write(|unit| unit.sweep_idempotent_answers(at(64), limit));
    // Seen from before any of them expired: what is there at all.
    let left = || answers.iter().filter(|answer| world.given(answer, 0).is_some()).count();
    assert_eq!((sweep(0), left()), (0, 5));
    assert_eq!((sweep(3), left()), (3, 2));
    let [_, _, fourth, _, last] = &answers;
    assert!(world.given(fourth, 0).is_some() && world.given(last, 0).is_some(), "the youngest are left");
    assert_eq!((sweep(3), left()), (1, 1));
    assert_eq!((sweep(3), left()), (0, 1));
}

fn of_sixteen_one_keeps_its_answer(world: &World<'_>) {
    let answer = world.answer(0);
    assert_eq!(winners::<16>(|_| kept(world, &answer)), 1);
    assert_eq!(world.given(&answer, 1), Some(b"sealed".to_vec()));
}

fn of_sixteen_one_replaces_the_expired_answer(world: &World<'_>) {
    let answer = world.answer(0);
    world.write(|unit| unit.insert_idempotent_answer(&answer));
    let next = IdempotentAnswer { created_at: at(60), expires_at: at(120), ..answer };
    assert_eq!(winners::<16>(|_| kept(world, &next)), 1);
}

fn kept(world: &World<'_>, answer: &IdempotentAnswer) -> bool {
    match world.store.write(|unit| unit.insert_idempotent_answer(answer)) {
        Ok(()) => true,
        Err(StoreError::Conflict(Constraint::IdempotentAnswer)) => false,
        other => {
            other.unwrap();
            false
        }
    }
}

/// Whoever comes first of the two: the new answer is there afterwards.
fn sweeping_spares_what_has_just_been_replaced(world: &World<'_>) {
    for _ in 0..16 {
        let old = world.answer(0);
        world.write(|unit| unit.insert_idempotent_answer(&old));
        let new = IdempotentAnswer { created_at: at(60), expires_at: at(120), ..old };
        std::thread::scope(|scope| {
            let replacing = world.store.write(|unit| {
                unit.insert_idempotent_answer(&new)?;
                let sweep =
                    || world.store.write(|unit| unit.sweep_idempotent_answers(at(60), 1000)).map(|_| ());
                Ok::<_, StoreError>(scope.spawn(sweep))
            });
            replacing.unwrap().join().unwrap().unwrap();
        });
        assert!(world.given(&new, 61).is_some());
    }
}

fn what_tells_of_somebody_goes_with_them(world: &World<'_>) {
    let (ada, grace) = (world.stored_customer("ada@example.com"), world.stored_customer("grace@example.com"));
    let about = |customer_id| IdempotentAnswer { customer_id, ..world.answer(0) };
    let [of_ada, of_grace, of_nobody] = [Some(ada.id), Some(grace.id), None].map(about);
    for answer in [&of_ada, &of_grace, &of_nobody] {
        world.write(|unit| unit.insert_idempotent_answer(answer));
    }
    assert!(world.write(|unit| unit.anonymize_customer(world.workspace, ada.id, at(1))));
    let left = [&of_ada, &of_grace, &of_nobody].map(|answer| world.given(answer, 1).is_some());
    assert_eq!(left, [false, true, true]);
}
