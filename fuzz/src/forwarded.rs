#![no_main]

#[path = "../../server/tests/it/properties/forwarded.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|input: &[u8]| property::holds(input));
