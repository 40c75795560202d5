//! What we ship for other programs is understood by them.

use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

fn shipped(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy").join(name)).unwrap()
}

/// A certificate with its key, where configurations say that they are.
fn certificate(folder: &TempDir) -> PathBuf {
    let (key, pem) = (folder.path().join("key"), folder.path().join("certificate.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=connect.example.com"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&pem)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let both = std::fs::read_to_string(&pem).unwrap() + &std::fs::read_to_string(&key).unwrap();
    std::fs::write(&pem, both).unwrap();
    pem
}

fn program(name: &str) -> Command {
    let mut command = Command::new(name);
    // Debian keeps them where users do not look.
    command.env("PATH", format!("{}:/usr/sbin", std::env::var("PATH").unwrap_or_default()));
    command
}

fn is_content(command: &mut Command) {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&said));
}

/// Not everybody who tests has every program.
fn is_there(name: &str) -> bool {
    program("sh").args(["-c", &format!("command -v {name}")]).output().unwrap().status.success()
}

#[test]
fn haproxy_understands_its_configuration() {
    let folder = TempDir::new().unwrap();
    let pem = certificate(&folder);
    let text = shipped("haproxy.cfg").replace("/etc/haproxy/certs/", &pem.display().to_string());
    let file = folder.path().join("haproxy.cfg");
    std::fs::write(&file, text).unwrap();
    is_content(program("haproxy").arg("-c").arg("-f").arg(&file));
}

#[test]
fn nginx_understands_both_sites() {
    if !is_there("nginx") {
        return;
    }
    let folder = TempDir::new().unwrap();
    let pem = certificate(&folder).display().to_string();
    let beside = folder.path().display();
    for site in ["nginx.conf", "nginx-nodes.conf"] {
        let text = shipped(site)
            .replace("/etc/letsencrypt/live/connect.example.com/fullchain.pem", &pem)
            .replace("/etc/letsencrypt/live/connect.example.com/privkey.pem", &pem);
        let whole = format!("pid {beside}/pid; error_log stderr; events {{}} http {{ access_log off;\n{text}\n}}\n");
        let file = folder.path().join(site);
        std::fs::write(&file, whole).unwrap();
        is_content(program("nginx").arg("-t").arg("-p").arg(folder.path()).arg("-c").arg(&file));
    }
}

#[test]
fn systemd_understands_the_units() {
    if !is_there("systemd-analyze") {
        return;
    }
    let folder = TempDir::new().unwrap();
    for (unit, as_name) in [
        ("anytime-connect.service", "anytime-connect.service"),
        ("anytime-connect@.service", "anytime-connect@a.service"),
    ] {
        // The program is not installed here.
        let text = shipped(unit).replace("/usr/lib/anytime-connect/anytime-connect", "/bin/true");
        let file = folder.path().join(as_name);
        std::fs::write(&file, text).unwrap();
        is_content(program("systemd-analyze").args(["verify", "--man=no"]).arg(&file));
    }
}
