// Keys with which events may be sent: made and shown once, bound, rotated, revoked. Those of
// `penstock key` are root's: they are listed, and can be ended here.
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "console/api/auth/plain_name.h"
#include "console/api/endpoints/endpoints.h"
#include "console/api/endpoints/key_parts.h"
#include "console/api/endpoints/system_parts.h"
#include "console/api/request/answers.h"
#include "console/api/request/authorize.h"
#include "console/api/request/body_reader.h"
#include "console/api/request/record.h"
#include "event/limits.h"
#include "json/writer.h"

namespace penstock::console {

namespace {

constexpr std::int64_t kHourMs = 3'600'000;

// "of" and what it is in a list; no hash, from which a short key could be guessed.
void write_key(json::Writer& writer, const intake::KeyEntry& key, bool is_roots,
               const KeyUsage* usage) {
  writer.begin_object().member("id", key.id).member("project", key.project);
  writer.member("name", key.name).member("server_side", key.server_side);
  writer.member("events_a_minute", key.rules.events_a_minute);
  write_texts(writer, "origins", key.rules.origins);
  write_texts(writer, "addresses", key.rules.addresses);
  writer.member("created_at", key.created_at_ms);
  writer.member_or_null("expires_at", key.rules.expires_at_ms);
  writer.member_or_null("revoked_at", key.revoked_at_ms);
  writer.member("may_change", !is_roots);
  KeyUsage::Use use;
  if (usage != nullptr) {
    const auto found = usage->by_id.find(key.id);
    if (found != usage->by_id.end()) use = found->second;
    writer.member("events", use.events).member("refused", use.refused);
  } else {
    writer.key("events").null().key("refused").null();
  }
  writer.member_or_null("last_used_at", use.last_ms);
  writer.end_object();
}

http::Response key_answer(const intake::KeyEntry& key, const std::string* secret) {
  std::string body;
  json::Writer writer(body);
  if (secret != nullptr) {
    writer.begin_object().member("secret", *secret).key("key");
    write_key(writer, key, false, nullptr);
    writer.end_object();
  } else {
    write_key(writer, key, false, nullptr);
  }
  return json_answer(std::move(body));
}

http::Response get_keys(Call& call, Services& services) {
  const auto list = list_keys(services.settings);
  if (!list) return failure_answer(list.error());
  const auto usage = ask_key_usage(services.settings);
  std::string body;
  json::Writer writer(body);
  writer.begin_object().key("since");
  if (usage) {
    writer.value(usage->since_ms).member("requires_key", usage->requires_key);
  } else {
    writer.null().key("requires_key").null();
  }
  writer.member("is_complete", list->is_roots_readable).key("keys").begin_array();
  for (const ListedKey& key : list->keys) {
    if (!may(call, Access::kAdmin, key.entry.project)) continue;
    write_key(writer, key.entry, key.is_roots, usage ? &*usage : nullptr);
  }
  writer.end_array().key("unknown").begin_array();
  // Those are of no project yet.
  if (usage && !call.session->user.rights.is_limited()) {
    for (const KeyUsage::Unknown& unknown : usage->unknown) {
      writer.begin_object().member("prefix", unknown.prefix).member("events", unknown.events);
      writer.end_object();
    }
  }
  writer.end_array().end_object();
  return json_answer(std::move(body));
}

// What of a key a person chooses. Members that are missing leave what is there.
struct Wanted {
  explicit Wanted(BodyReader& body)
      : name(body.text_if("name")),
        quota(body.number_if("events_a_minute")),
        origins(body.texts_if("origins")),
        addresses(body.texts_if("addresses")) {}

  // The 400 for what cannot be.
  std::optional<http::Response> apply_to(intake::KeyEntry& key) const {
    if (name) {
      const std::string_view text = trim(*name);
      if (!text.empty() && !is_plain_name(text, intake::kKeyNameBytesMax)) {
        return bad_parameter("name", "at most 80 bytes, without control characters");
      }
      key.name = text;
    }
    if (quota) key.rules.events_a_minute = *quota;
    if (origins) key.rules.origins = *origins;
    if (addresses) key.rules.addresses = *addresses;
    if (const auto settled = intake::settle_rules(key.rules); !settled) {
      return http::error_response(400, "bad_parameter", settled.error().step);
    }
    return std::nullopt;
  }

  std::optional<std::string> name;
  std::optional<std::int64_t> quota;
  std::optional<std::vector<std::string>> origins;
  std::optional<std::vector<std::string>> addresses;
};

std::string words_of(const intake::KeyEntry& key) {
  std::string text = key.server_side ? "server-side" : "public";
  if (key.rules.events_a_minute > 0) text += str_cat(", ", key.rules.events_a_minute, " a minute");
  for (const std::string& origin : key.rules.origins) text += str_cat(", ", origin);
  for (const std::string& address : key.rules.addresses) text += str_cat(", ", address);
  return text;
}

std::string subject_of(const intake::KeyEntry& key) { return str_cat(key.project, " ", key.id); }

http::Response no_such_key() {
  return http::error_response(404, "not_found", "there is no such key");
}

std::optional<http::Response> fault_of_project(std::string_view project) {
  if (is_plain_name(project, event::kProjectBytesMax)) return std::nullopt;
  return bad_parameter("project", "1 to 64 bytes, without control characters");
}

http::Response post_key(Call& call, Services& services) {
  BodyReader body(call.body);
  const std::string project{trim(body.text("project"))};
  const bool is_server_side = body.flag_if("server_side").value_or(false);
  const Wanted wanted(body);
  if (auto refusal = body.refusal()) return *refusal;
  if (auto fault = fault_of_project(project)) return *fault;
  if (!may(call, Access::kAdmin, project)) {
    return http::error_response(403, "role_required", "you are no administrator of this project");
  }
  intake::NewKey made = intake::make_key(project, is_server_side, services.clock.wall_ms());
  if (auto fault = wanted.apply_to(made.entry)) return *fault;
  const auto kept = change_own_keys(services.settings, [&](intake::Keys& keys) {
    keys.push_back(made.entry);
    return intake::KeysChange::kMade;
  });
  if (!kept) return failure_answer(kept.error());
  log_info("keys", "made", {{"id", made.entry.id}, {"by", actor_of(call)}});
  record(call, services, "key.add", subject_of(made.entry), words_of(made.entry));
  return key_answer(made.entry, &made.key);
}

// A key that clients send already: the operator has it whole, the intake knows its first
// characters.
http::Response post_adopted(Call& call, Services& services) {
  BodyReader body(call.body);
  const std::string secret{trim(body.text("key"))};
  const std::string project{trim(body.text("project"))};
  const bool is_server_side = body.flag_if("server_side").value_or(false);
  const Wanted wanted(body);
  if (auto refusal = body.refusal()) return *refusal;
  if (auto fault = fault_of_project(project)) return *fault;
  auto entry = intake::adopt_key(project, secret, services.clock.wall_ms());
  if (!entry) return http::error_response(400, "bad_parameter", entry.error().step);
  entry->server_side = is_server_side;
  if (auto fault = wanted.apply_to(*entry)) return *fault;
  const auto list = list_keys(services.settings);
  if (!list) return failure_answer(list.error());
  if (list->find(entry->id) != nullptr) {
    return http::error_response(409, "known_key", "this key is in the list already");
  }
  const auto kept = change_own_keys(services.settings, [&](intake::Keys& keys) {
    keys.push_back(*entry);
    return intake::KeysChange::kMade;
  });
  if (!kept) return failure_answer(kept.error());
  log_info("keys", "adopted", {{"id", entry->id}, {"by", actor_of(call)}});
  record(call, services, "key.adopt", subject_of(*entry), words_of(*entry));
  return key_answer(*entry, nullptr);
}

// Why a key cannot be changed here, if so.
std::optional<http::Response> obstacle(const Call& call, Services& services) {
  const auto list = list_keys(services.settings);
  if (!list) return failure_answer(list.error());
  const ListedKey* const key = list->find(call.segment);
  if (key == nullptr || !may(call, Access::kAdmin, key->entry.project)) return no_such_key();
  if (key->is_roots) {
    return http::error_response(409, "not_ours",
                                "`penstock key` made it, which alone can change it; it can be "
                                "revoked here");
  }
  if (!key->entry.is_revoked()) return std::nullopt;
  return http::error_response(409, "revoked", "the key was revoked; make a new one");
}

intake::KeyEntry* find_own(intake::Keys& keys, std::string_view id) {
  for (intake::KeyEntry& key : keys) {
    if (key.id == id && !key.is_revoked()) return &key;
  }
  return nullptr;
}

http::Response patch_key(Call& call, Services& services) {
  BodyReader body(call.body);
  const Wanted wanted(body);
  if (auto refusal = body.refusal()) return *refusal;
  if (auto fault = obstacle(call, services)) return *fault;
  std::optional<http::Response> fault;
  intake::KeyEntry changed;
  const auto kept = change_own_keys(services.settings, [&](intake::Keys& keys) {
    intake::KeyEntry* const key = find_own(keys, call.segment);
    if (key == nullptr) return intake::KeysChange::kNone;
    changed = *key;
    fault = wanted.apply_to(changed);
    if (fault) return intake::KeysChange::kNone;
    *key = changed;
    return intake::KeysChange::kMade;
  });
  if (!kept) return failure_answer(kept.error());
  if (fault) return *fault;
  log_info("keys", "changed", {{"id", changed.id}, {"by", actor_of(call)}});
  record(call, services, "key.change", subject_of(changed), words_of(changed));
  return key_answer(changed, nullptr);
}

http::Response post_rotation(Call& call, Services& services) {
  BodyReader body(call.body);
  const std::int64_t hours = body.number_if("overlap_hours").value_or(24);
  if (auto refusal = body.refusal()) return *refusal;
  if (hours < 0 || hours > intake::kKeyOverlapHoursMax) {
    return bad_parameter("overlap_hours", str_cat("0 to ", intake::kKeyOverlapHoursMax));
  }
  if (auto fault = obstacle(call, services)) return *fault;
  intake::NewKey made;
  const auto kept = change_own_keys(services.settings, [&](intake::Keys& keys) {
    intake::KeyEntry* const old = find_own(keys, call.segment);
    if (old == nullptr) return intake::KeysChange::kNone;
    made = intake::rotate_key(*old, hours * kHourMs, services.clock.wall_ms());
    keys.push_back(made.entry);
    return intake::KeysChange::kMade;
  });
  if (!kept) return failure_answer(kept.error());
  if (made.key.empty()) return no_such_key();
  log_info("keys", "rotated",
           {{"id", call.segment}, {"to", made.entry.id}, {"by", actor_of(call)}});
  record(call, services, "key.rotate", str_cat(made.entry.project, " ", call.segment),
         str_cat("by ", made.entry.id, ", ends in ", hours, " hours"));
  return key_answer(made.entry, &made.key);
}

// One of root's ends by an entry of the same hash that is revoked.
http::Response delete_key(Call& call, Services& services) {
  const auto list = list_keys(services.settings);
  if (!list) return failure_answer(list.error());
  const ListedKey* const found = list->find(call.segment);
  if (found == nullptr || !may(call, Access::kAdmin, found->entry.project)) return no_such_key();
  if (found->entry.is_revoked()) return no_content();
  intake::KeyEntry ended = found->entry;
  ended.revoked_at_ms = services.clock.wall_ms();
  const auto kept = change_own_keys(services.settings, [&](intake::Keys& keys) {
    if (intake::KeyEntry* const key = find_own(keys, call.segment)) {
      key->revoked_at_ms = ended.revoked_at_ms;
    } else {
      keys.push_back(ended);
    }
    return intake::KeysChange::kMade;
  });
  if (!kept) return failure_answer(kept.error());
  log_info("keys", "revoked", {{"id", ended.id}, {"by", actor_of(call)}});
  record(call, services, "key.revoke", subject_of(ended), ended.name);
  return no_content();
}

constexpr const char* kKeys = R"({"title":"Keys","type":"object","properties":{
  "since":{"type":["integer","null"],
    "description":"Since when use is counted: the intake's start; null where it cannot be asked"},
  "requires_key":{"type":["boolean","null"],"description":"Whether strangers' events are refused"},
  "is_complete":{"type":"boolean",
    "description":"false: the keys of `penstock key` are out of sight"},
  "keys":{"type":"array","items":{"$ref":"#/components/schemas/Key"}},
  "unknown":{"type":"array","items":{"title":"UnknownKey","type":"object","properties":{
    "prefix":{"type":"string","description":"First characters; (other) for those without a place"},
    "events":{"type":"integer"}}}}}})";
constexpr const char* kNewKey = R"({"type":"object","required":["project"],"properties":{
  "project":{"type":"string","minLength":1,"maxLength":64},
  "name":{"type":"string","maxLength":80},"server_side":{"type":"boolean"},
  "events_a_minute":{"type":"integer","minimum":0,"description":"0: as many as come"},
  "origins":{"type":"array","items":{"type":"string"},
    "description":"https://shop.example, https://*.example.com; none: from anywhere"},
  "addresses":{"type":"array","items":{"type":"string"},"description":"Networks; none: any"}}})";
constexpr const char* kAdopted = R"({"type":"object","required":["key","project"],"properties":{
  "key":{"type":"string","minLength":8,"maxLength":128},
  "project":{"type":"string","minLength":1,"maxLength":64},
  "name":{"type":"string","maxLength":80},"server_side":{"type":"boolean"}}})";
constexpr const char* kKeyChange = R"({"type":"object","properties":{
  "name":{"type":"string","maxLength":80},"events_a_minute":{"type":"integer","minimum":0},
  "origins":{"type":"array","items":{"type":"string"}},
  "addresses":{"type":"array","items":{"type":"string"}}}})";
constexpr const char* kRotation = R"({"type":"object","properties":{
  "overlap_hours":{"type":"integer","minimum":0,"maximum":2160,
    "description":"Until the old key ends; 0: now. 24 where nothing is said"}}})";
constexpr const char* kKey = R"({"$ref":"#/components/schemas/Key"})";
constexpr const char* kMadeKey = R"({"$ref":"#/components/schemas/MadeKey"})";

using enum http::Method;

constexpr Route kRoutes[] = {
    {.method = kGet,
     .path = "/api/v1/keys",
     .access = Access::kAdmin,
     .endpoint = get_keys,
     .lane = Lane::kQueue,
     .scope = Scope::kOwn,
     .summary = "Keys with which events may be sent, without their secrets, and how they are used",
     .answer_schema = kKeys},
    {.method = kPost,
     .path = "/api/v1/keys",
     .access = Access::kAdmin,
     .endpoint = post_key,
     .needs_session = true,
     .scope = Scope::kOwn,
     .summary = "Make a key, and its project by it; the intake knows it within a second",
     .body_schema = kNewKey,
     .answer_schema = kMadeKey},
    {.method = kPost,
     .path = "/api/v1/keys/adopt",
     .access = Access::kAdmin,
     .endpoint = post_adopted,
     .needs_session = true,
     .summary = "Take a key that clients send already as one of a project",
     .body_schema = kAdopted,
     .answer_schema = kKey},
    {.method = kPatch,
     .path = "/api/v1/keys/{}",
     .access = Access::kAdmin,
     .endpoint = patch_key,
     .needs_session = true,
     .scope = Scope::kItem,
     .summary = "Change a key's name and what it is bound to; what is left out stays",
     .body_schema = kKeyChange,
     .answer_schema = kKey},
    {.method = kDelete,
     .path = "/api/v1/keys/{}",
     .access = Access::kAdmin,
     .endpoint = delete_key,
     .needs_session = true,
     .scope = Scope::kItem,
     .summary = "Revoke a key for good: its events are refused within a second"},
    {.method = kPost,
     .path = "/api/v1/keys/{}/rotate",
     .access = Access::kAdmin,
     .endpoint = post_rotation,
     .needs_session = true,
     .scope = Scope::kItem,
     .summary = "Make a key for the same in place of another, which ends after an overlap",
     .body_schema = kRotation,
     .answer_schema = kMadeKey},
};

}  // namespace

std::span<const Route> keys_routes() { return kRoutes; }

}  // namespace penstock::console
