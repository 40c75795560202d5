#![no_main]

#[path = "../../server/tests/it/properties/body/mod.rs"]
mod property;

libfuzzer_sys::fuzz_target!(|input: &[u8]| property::holds(input));
