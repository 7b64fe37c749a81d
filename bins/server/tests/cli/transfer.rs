//! `customer import` and `export`.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::sandbox::{Said, Sandbox};

fn on_both(test: fn(&Sandbox)) {
    for sandbox in Sandbox::on_both() {
        test(&sandbox.with_shop());
    }
}

fn import(sandbox: &Sandbox, file: &Path, more: &[&str]) -> Said {
    let file = file.to_str().unwrap();
    sandbox.run(&[&["customer", "import", file, "--workspace", "shop"], more].concat())
}

/// What an import says of itself, and its exit code.
fn imported(sandbox: &Sandbox, file: &Path, more: &[&str]) -> (Value, Option<i32>) {
    let said = import(sandbox, file, &[&["--json"], more].concat());
    (serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{said:?}")), said.code)
}

/// Created, updated, skipped and refused.
fn counts(said: &Value) -> [u64; 4] {
    ["created", "updated", "skipped", "refused"].map(|name| said[name].as_u64().unwrap())
}

fn write(sandbox: &Sandbox, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let path = sandbox.path(name);
    std::fs::write(&path, content).unwrap();
    path
}

fn exported(sandbox: &Sandbox, workspace: &str, more: &[&str]) -> String {
    let said = sandbox.run(&[&["customer", "export", "--workspace", workspace], more].concat());
    assert_eq!(said.code, Some(0), "{said:?}");
    said.out
}

fn refused(file: &Path) -> Vec<(u64, Value, String)> {
    let mut path = file.as_os_str().to_owned();
    path.push(".refused.ndjson");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let entries = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let entry = |entry: Value| {
        let part = |name: &str| entry.get(name).cloned().unwrap();
        (part("line").as_u64().unwrap(), part("field"), part("reason").as_str().unwrap().to_owned())
    };
    entries.map(entry).collect()
}

fn many(count: usize) -> String {
    let line = |n| format!("customer-{n}@example.com,usr_{n},Ada,\"{{\"\"n\"\":{n}}}\"\n");
    let names = String::from("email,external_id,first_name,metadata\n");
    (0..count).map(line).fold(names, |text, line| text + &line)
}

#[test]
fn the_examples_of_the_page_are_taken_in() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/importing");
    on_both(|sandbox| {
        let mut seen = 0;
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/importing");
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let workspace = path.file_name().unwrap().to_str().unwrap().replace('.', "-");
            sandbox.json(&["workspace", "create", "--slug", &workspace, "--name", "Shop", "--json"]);
            let file = path.to_str().unwrap();
            let said = sandbox.json(&["customer", "import", file, "--workspace", &workspace, "--json"]);
            assert_eq!(counts(&said), [2, 0, 0, 0], "{file}");
            let ada = exported(sandbox, &workspace, &["--with-password-hashes"]);
            let ada: Value = ada
                .lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap())
                .find(|it| it["email"] == "ada@example.com")
                .unwrap();
            assert_eq!(ada["addresses"][0]["address_1"], "12 St James Square", "{file}");
            assert_eq!(ada["created_at"], "2024-03-01T09:00:00Z");
            let has_password = !file.ends_with("polar.csv");
            assert_eq!(ada["password_hash"].is_string(), has_password, "{file}");
            seen += 1;
        }
        assert_eq!(seen, 4);
    });
    assert!(folder.is_dir());
}

#[test]
fn what_is_exported_is_imported_as_it_was() {
    on_both(|sandbox| {
        let file = write(
            sandbox,
            "in.ndjson",
            [
                json!({"email": "ada@example.com", "external_id": "a/b c", "name": "=1+1", "first_name": "'Ada", "phone": "+49 30 1", "email_verified": true,
                    "disabled": true, "created_at": "2024-01-02T03:04:05.678901Z", "metadata": {"plan": "gold", "n": 1}, "store_metadata": {"sizes": [38, "M"]},
                    "password_hash": "$2b$05$abcdefghijklmnopqrstuuD3mHdCr44zlIZ.VZCaYRpfQhXMYnEo.",
                    "addresses": [{"address_1": "A, \"B\"\\", "country_code": "US", "province": "US-CA", "is_default_shipping": true, "is_default_billing": false, "metadata": {"door": "3"}},
                        {"city": "Berlin", "is_default_shipping": false, "is_default_billing": true}],
                    "members": [{"email": "ada@example.com", "name": "Ada", "role": "owner"}, {"email": "bob@example.com", "role": "member", "external_id": "m1"}]}),
                json!({"email": "zoë@example.com", "type": "team", "name": "Zoë\u{1F600}"}),
            ]
            .map(|record| format!("{record}\n"))
            .concat(),
        );
        assert_eq!(
            imported(sandbox, &file, &[]),
            (
                json!({"records": 2, "created": 2, "updated": 0, "skipped": 0, "refused": 0, "dry_run": false, "finished": true, "errors": null}),
                Some(0)
            )
        );
        let first = exported(sandbox, "shop", &["--with-password-hashes"]);
        assert!(!exported(sandbox, "shop", &[]).contains("password_hash"));
        for format in ["csv", "ndjson"] {
            sandbox.json(&["workspace", "create", "--slug", format, "--name", "Shop", "--json"]);
            let path = sandbox.path(format!("out.{format}"));
            let file = path.to_str().unwrap();
            exported(sandbox, "shop", &["--with-password-hashes", "--format", format, "--output", file]);
            let said = sandbox.json(&["customer", "import", file, "--workspace", format, "--json"]);
            assert_eq!(counts(&said), [2, 0, 0, 0]);
            assert_eq!(exported(sandbox, format, &["--with-password-hashes"]), first);
        }
    });
}

#[test]
fn a_customer_that_is_there_is_left_changed_or_refused() {
    on_both(|sandbox| {
        let first = write(sandbox, "first.csv", "email,external_id,first_name\nada@example.com,usr_1,Ada\n");
        assert_eq!(counts(&imported(sandbox, &first, &[]).0), [1, 0, 0, 0]);
        let text = "email,external_id,first_name,phone\n\
            ADA@example.com,,Augusta,\nnew@example.com,usr_2,,1\nnew@example.com,,Neu,2\nother@example.com,usr_1,,\n";
        let second = write(sandbox, "second.csv", text);
        for (mode, expected) in [("skip", [1, 0, 3, 0]), ("update", [1, 2, 0, 1]), ("fail", [1, 0, 0, 3])] {
            let (said, code) = imported(sandbox, &second, &["--dry-run", "--on-conflict", mode]);
            assert_eq!(
                (counts(&said), code),
                (expected, Some(if expected[3] > 0 { 4 } else { 0 })),
                "{mode}"
            );
        }
        assert_eq!(exported(sandbox, "shop", &[]).lines().count(), 1, "a trial changes nothing");
        let (said, code) = imported(sandbox, &second, &["--on-conflict", "update"]);
        assert_eq!((counts(&said), code), ([1, 2, 0, 1], Some(4)));
        assert_eq!(
            refused(&second),
            [(
                5,
                json!("email"),
                "is another one than that of the customer with this external id".to_owned()
            )]
        );
        let shown: Vec<Value> =
            exported(sandbox, "shop", &[]).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let found = |email: &str| shown.iter().find(|record| record["email"] == email).unwrap().clone();
        assert_eq!(found("ada@example.com")["first_name"], "Augusta");
        assert_eq!(
            (&found("new@example.com")["first_name"], &found("new@example.com")["phone"]),
            (&json!("Neu"), &json!("2"))
        );
        let again = import(sandbox, &second, &[]);
        assert!(again.code == Some(4) && again.out.starts_with("This file was taken in before"), "{again:?}");
        assert_eq!(counts(&imported(sandbox, &second, &["--again"]).0), [0, 0, 4, 0]);
    });
}

#[test]
fn hostile_files_end_with_a_report_and_no_half_records() {
    on_both(|sandbox| {
        let long = format!("{{\"email\":\"a@example.com\",\"name\":\"{}\"}}\n", "x".repeat(10_000_000));
        let text = format!(
            "{}{long}{}{}{}{}{}",
            "{\"email\":\"one@example.com\"}\n",
            "{\"email\":\"two@example.com\",\"name\":\"a\\u0000b\"}\n",
            "{\"email\":\"three@example.com\",\"surprise\":1}\n\n",
            "[]\n",
            "{\"email\":\"four@example.com\",\"members\":[{\"email\":\"a@example.com\",\"role\":\"member\"}]}\n",
            "{\"email\":\"five@example.com\",\"addr"
        );
        let file = write(sandbox, "hostile.ndjson", text);
        let (said, code) = imported(sandbox, &file, &[]);
        assert_eq!((counts(&said), code), ([1, 0, 0, 6], Some(4)));
        let lines: Vec<_> = refused(&file).into_iter().map(|(line, field, _)| (line, field)).collect();
        let field = |name: &str| json!(name);
        let expected = [
            (2, Value::Null),
            (3, field("name")),
            (4, field("surprise")),
            (6, Value::Null),
            (7, field("members")),
            (8, Value::Null),
        ];
        assert_eq!(lines, expected);

        let mut latin = b"email,name\nzwei@example.com,Zwei\ndrei@example.com,Gr".to_vec();
        latin.extend(b"\xFC\xDFe\nvier@example.com,\"cut off");
        let file = write(sandbox, "latin.csv", latin);
        assert_eq!(counts(&imported(sandbox, &file, &[]).0), [1, 0, 0, 2]);
        let reasons: Vec<_> = refused(&file).into_iter().map(|(line, _, reason)| (line, reason)).collect();
        let expected =
            [(3, "should be UTF-8".to_owned()), (4, "the file ends between quotation marks".to_owned())];
        assert_eq!(reasons, expected);

        let endless =
            format!("email,name\nfuenf@example.com,F\nsechs@example.com,\"{}\n", "x\n".repeat(5_000_000));
        let file = write(sandbox, "endless.csv", endless);
        import(sandbox, &file, &[]).is_refusal(&["line 3", "longer than 1 MiB", "created 1"]);
        let utf_16 = "email\nx@example.com\n".encode_utf16().flat_map(u16::to_le_bytes);
        let file = write(sandbox, "utf16.csv", [b"\xFF\xFE".to_vec(), utf_16.collect()].concat());
        import(sandbox, &file, &[]).is_refusal(&["UTF-16"]);
        let file = write(sandbox, "unknown.csv", "email,surname\n");
        import(sandbox, &file, &[]).is_refusal(&["line 1", "surname"]);
        import(sandbox, &write(sandbox, "empty.csv", ""), &[]).is_refusal(&["empty"]);
        import(sandbox, &write(sandbox, "none.csv", "name\nAda\n"), &[]).is_refusal(&["email"]);
        import(sandbox, &write(sandbox, "customers.txt", ""), &[]).is_refusal(&["--format"]);
        import(sandbox, &sandbox.path("absent.csv"), &[]).is_refusal(&["absent.csv"]);
        let found = exported(sandbox, "shop", &[]);
        assert_eq!(found.lines().count(), 3, "{found}");
    });
}

#[test]
fn an_import_that_is_killed_goes_on_and_takes_nothing_in_twice() {
    on_both(|sandbox| {
        let file = write(sandbox, "many.csv", many(6_000) + "not an e-mail,x,,\n");
        let arguments =
            ["customer", "import", file.to_str().unwrap(), "--workspace", "shop", "--on-conflict", "fail"];
        let mut child =
            sandbox.command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while exported(sandbox, "shop", &[]).is_empty() {
            assert_eq!(child.try_wait().unwrap(), None, "it has ended before it could be killed");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let (said, code) = imported(sandbox, &file, &["--on-conflict", "fail"]);
        assert_eq!((counts(&said), code), ([6_000, 0, 0, 1], Some(4)));
        assert_eq!(exported(sandbox, "shop", &[]).lines().count(), 6_000);
        assert_eq!(refused(&file).len(), 1);
    });
}

#[test]
fn of_two_imports_of_one_file_nothing_is_taken_in_twice() {
    on_both(|sandbox| {
        let file = write(sandbox, "many.csv", many(3_000));
        let arguments = ["customer", "import", file.to_str().unwrap(), "--workspace", "shop"];
        let start =
            || sandbox.command(&arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let both = [start(), start()].map(|child| Said::of(&child.wait_with_output().unwrap()));
        for said in &both {
            let overtaken = said.code == Some(1) && said.err.contains("another import of");
            assert!(said.code == Some(0) || overtaken, "{said:?}");
        }
        assert!(both.iter().any(|said| said.code == Some(0)), "{both:?}");
        assert_eq!(exported(sandbox, "shop", &[]).lines().count(), 3_000);
    });
}

#[test]
fn an_export_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new().with_shop();
    let path = sandbox.path("out.csv");
    exported(&sandbox, "shop", &["--format", "csv", "--output", path.to_str().unwrap()]);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let said = sandbox.run(&["customer", "export", "--workspace", "shop", "--output", "/nowhere/at/all"]);
    said.is_refusal(&["/nowhere/at/all"]);
}
