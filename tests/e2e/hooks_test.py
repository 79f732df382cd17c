"""Web hooks: what is signed as the configuration wants is stored once, and all else refused."""

import base64
import hashlib
import hmac
import json
import signal
import time
import unittest

import harness

SVIX_KEY = b"a key of Svix"
SECRETS = {"github": "the secret of GitHub", "stripe": "whsec_of_stripe", "slack": "that of Slack",
           "svix": "whsec_" + base64.b64encode(SVIX_KEY).decode()}
STALE_S = 301


def mac(key, *parts):
    key = key.encode() if isinstance(key, str) else key
    text = b"".join(part.encode() if isinstance(part, str) else part for part in parts)
    return hmac.new(key, text, hashlib.sha256)


def sign_github(secret, body, delivery, **_):
    return {"X-GitHub-Event": "issues", "X-GitHub-Delivery": delivery,
            "X-Hub-Signature-256": "sha256=" + mac(secret, body).hexdigest()}


def sign_stripe(secret, body, at, **_):
    return {"Stripe-Signature": f"t={at},v1={'0' * 64},v1={mac(secret, f'{at}.', body).hexdigest()}"
                                f",v0={'1' * 64}"}


def sign_slack(secret, body, at, **_):
    return {"X-Slack-Request-Timestamp": str(at),
            "X-Slack-Signature": "v0=" + mac(secret, f"v0:{at}:", body).hexdigest()}


def sign_svix(secret, body, delivery, at):
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(mac(key, f"{delivery}.{at}.", body).digest()).decode()
    return {"webhook-id": delivery, "webhook-timestamp": str(at),
            "webhook-signature": f"v1,AAAA v1,{signature}"}


SIGN = {"github": sign_github, "stripe": sign_stripe, "slack": sign_slack, "svix": sign_svix}


def body_of(scheme, mark):
    now = int(time.time())
    return json.dumps({
        "github": {"action": "opened", "mark": mark},
        "stripe": {"id": f"evt_{mark}", "type": "invoice.paid", "created": now, "mark": mark},
        "slack": {"token": "T", "type": "event_callback", "event_id": f"Ev{mark}",
                  "event_time": now, "event": {"type": "app_mention"}, "mark": mark},
        "svix": {"type": "user.created", "mark": mark},
    }[scheme], indent=1)


class Hooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.machine = harness.Machine()
        cls.addClassCleanup(cls.machine.close)
        for scheme, secret in SECRETS.items():
            cls.machine.settings[f"hooks.{scheme}"] = {
                "scheme": scheme, "secret": secret, "project": f"of-{scheme}"}
        secret_file = cls.machine.root / "secret"
        secret_file.write_text(SECRETS["github"] + "\n")
        of_github = cls.machine.settings["hooks.github"]
        of_github["secret_file"] = str(secret_file)
        del of_github["secret"]
        cls.machine.settings["ingest"]["require_key"] = True
        cls.machine.write_config()
        cls.ingest, _ = cls.machine.start("penstock-ingest", "penstock-worker")

    def post(self, scheme, mark, secret=None, age_s=0, signed=True, body=None):
        body = body or body_of(scheme, mark)
        headers = {"Content-Type": "application/json"}
        if signed:
            headers |= SIGN[scheme](secret or SECRETS[scheme], body, delivery=f"d-{mark}",
                                    at=int(time.time()) - age_s)
        return self.machine.request("POST", f"/hook/{scheme}", body, headers)

    def rows_of(self, mark):
        return self.machine.query(
            "SELECT * FROM events WHERE json_extract(properties, '$.mark') = ?", mark)

    def test_a_good_signature_is_stored_once_in_the_hooks_project(self):
        names = {"github": "issues.opened", "stripe": "invoice.paid", "slack": "app_mention",
                 "svix": "user.created"}
        for scheme, name in names.items():
            with self.subTest(scheme):
                for _ in range(2):
                    answer = self.post(scheme, f"good-{scheme}")
                    self.assertEqual(200, answer.status, answer)
                self.assertEqual(200, self.post(scheme, f"after-{scheme}").status)
                harness.wait_for("the rows", lambda: self.rows_of(f"after-{scheme}"))
                row, = self.rows_of(f"good-{scheme}")
                self.assertEqual((name, f"of-{scheme}", "hook"),
                                 (row["name"], row["project"], row["source"]))
                self.assertEqual(scheme, json.loads(row["properties"])["hook"])
                self.assertNotIn("token", json.loads(row["properties"]))

    def test_a_wrong_a_missing_and_a_stale_signature_store_nothing(self):
        for scheme in SECRETS:
            with self.subTest(scheme):
                other = "whsec_" + base64.b64encode(b"other").decode()
                bad = {"wrong": self.post(scheme, f"wrong-{scheme}", secret=other),
                       "missing": self.post(scheme, f"missing-{scheme}", signed=False)}
                if scheme != "github":
                    bad["stale"] = self.post(scheme, f"stale-{scheme}", age_s=STALE_S)
                    bad["early"] = self.post(scheme, f"early-{scheme}", age_s=-STALE_S - 60)
                for what, answer in bad.items():
                    self.assertEqual(401, answer.status, what)
                self.assertEqual(200, self.post(scheme, f"behind-{scheme}").status)
                harness.wait_for("the row", lambda: self.rows_of(f"behind-{scheme}"))
                for what in bad:
                    self.assertEqual([], self.rows_of(f"{what}-{scheme}"))

    def test_sha1_alone_does_not_count(self):
        body = body_of("github", "sha1")
        signature = hmac.new(SECRETS["github"].encode(), body.encode(), hashlib.sha1).hexdigest()
        answer = self.machine.request("POST", "/hook/github", body,
                                      {"X-Hub-Signature": f"sha1={signature}"})
        self.assertEqual(401, answer.status)

    def test_slacks_challenge_comes_back(self):
        body = json.dumps({"token": "T", "challenge": "c-1", "type": "url_verification"})
        answer = self.post("slack", "challenge", body=body)
        self.assertEqual((200, {"challenge": "c-1"}), (answer.status, answer.json))
        self.assertEqual(401, self.post("slack", "challenge", body=body, signed=False).status)

    def test_a_hook_without_a_table_goes_by_keys(self):
        self.assertEqual(401, self.machine.request("POST", "/hook/other", '{"mark":"x"}').status)
        key = json.loads(self.machine.tool("key", "create", "shop", "--json", "--config",
                                           self.machine.config).stdout)["key"]
        self.ingest.signal(signal.SIGHUP)
        harness.wait_for("the key", lambda: self.machine.request(
            "POST", f"/hook/other?key={key}", '{"type":"t","mark":"keyed"}').status == 200)
        harness.wait_for("the row", lambda: self.rows_of("keyed"))
        self.assertEqual("shop", self.rows_of("keyed")[0]["project"])

    def test_a_reload_takes_another_secret(self):
        secret = "whsec_" + base64.b64encode(b"another").decode()
        self.machine.settings["hooks.late"] = {"scheme": "svix", "secret": secret, "project": "p"}
        self.machine.write_config()
        self.ingest.signal(signal.SIGHUP)
        body = body_of("svix", "late")
        headers = sign_svix(secret, body, "d-late", int(time.time()))
        harness.wait_for("the hook", lambda: self.machine.request(
            "POST", "/hook/late", body, headers).status == 200)

    def test_no_secret_is_shown(self):
        check = self.machine.tool("--config", self.machine.config, "--check")
        for secret in SECRETS.values():
            for text in (check.stdout, check.stderr, self.ingest.text()):
                self.assertNotIn(secret, text)


class Check(unittest.TestCase):
    def test_names_faults_by_their_lines(self):
        with harness.Machine() as machine:
            machine.config.write_text(
                '[hooks.a]\nscheme = "paypal"\nsecret = "SECRET-A"\n[hooks.b]\nscheme = "github"\n'
                f'[hooks.c]\nscheme = "github"\nsecret_file = "{machine.root}/absent"\n')
            result = machine.tool("--config", machine.config, "--check", check=False)
            self.assertEqual(2, result.returncode)
            for words in ("penstock.toml:2: hooks.a.scheme", "penstock.toml:4: hooks.b needs a",
                          "penstock.toml:8: hooks.c.secret_file cannot be read"):
                self.assertIn(words, result.stderr)
            self.assertNotIn("SECRET-A", result.stderr)


if __name__ == "__main__":
    harness.main()
