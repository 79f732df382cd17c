// Schemas that several answers name by $ref. openapi.cc has them among its components.
#pragma once

namespace penstock::console {

struct NamedSchema {
  const char* name;
  const char* schema;  // JSON text.
};

inline constexpr NamedSchema kSharedSchemas[] = {
    {"Role", R"({"type":"string","enum":["viewer","editor","admin"]})"},
    {"RoleEverywhere", R"({"type":"string","enum":["none","viewer","editor","admin"],
  "description":"none: there is one in each of some projects"})"},
    {"ProjectRoles", R"({"type":"array","minItems":1,"maxItems":100,"items":{
  "title":"ProjectRole","type":"object","required":["project","role"],"properties":{
    "project":{"type":"string","minLength":1,"maxLength":64},
    "role":{"$ref":"#/components/schemas/Role"}}}})"},
    {"Limits", R"({"anyOf":[{"$ref":"#/components/schemas/ProjectRoles"},{"type":"null"}],
  "description":"Projects that are all one sees, with the role in each; null: none"})"},
    {"User", R"({"type":"object","properties":{
  "id":{"type":"integer"},"email":{"type":"string"},
  "role":{"$ref":"#/components/schemas/RoleEverywhere"},
  "projects":{"$ref":"#/components/schemas/Limits"},"must_change_password":{"type":"boolean"},
  "created_at":{"type":"integer","description":"Unix milliseconds"},
  "last_sign_in_at":{"type":["integer","null"],"description":"null: never"}}})"},
    {"Token", R"({"type":"object","properties":{
  "id":{"type":"integer"},"name":{"type":"string"},
  "email":{"type":"string","description":"The owner's"},
  "role":{"$ref":"#/components/schemas/Role"},
  "created_at":{"type":"integer","description":"Unix milliseconds"},
  "expires_at":{"type":["integer","null"],"description":"null: never"},
  "last_used_at":{"type":["integer","null"],"description":"To the minute; null: never"}}})"},
    {"MadeToken", R"({"type":"object","properties":{
  "secret":{"type":"string","description":"For Authorization: Bearer. It is never shown again"},
  "token":{"$ref":"#/components/schemas/Token"}}})"},
    {"Key", R"({"type":"object","properties":{
  "id":{"type":"string"},"project":{"type":"string"},
  "name":{"type":"string","description":"May be empty"},
  "server_side":{"type":"boolean","description":"Its events say address and agent themselves"},
  "events_a_minute":{"type":"integer","description":"0: as many as come"},
  "origins":{"type":"array","items":{"type":"string"},"description":"Of browsers; none: any"},
  "addresses":{"type":"array","items":{"type":"string"},"description":"Networks; none: any"},
  "created_at":{"type":"integer","description":"Unix milliseconds"},
  "expires_at":{"type":["integer","null"],"description":"null: never"},
  "revoked_at":{"type":["integer","null"],"description":"null: it was not"},
  "may_change":{"type":"boolean","description":"false: `penstock key` made it"},
  "events":{"type":["integer","null"],
    "description":"Taken since the intake started; null where it cannot be asked"},
  "refused":{"type":["integer","null"],"description":"Requests, likewise"},
  "last_used_at":{"type":["integer","null"],"description":"Likewise; null: not since"}}})"},
    {"MadeKey", R"({"type":"object","properties":{
  "secret":{"type":"string","description":"What clients send. It is never shown again"},
  "key":{"$ref":"#/components/schemas/Key"}}})"},
    {"Invitation", R"({"type":"object","properties":{
  "id":{"type":"integer"},"email":{"type":"string"},
  "role":{"$ref":"#/components/schemas/RoleEverywhere"},
  "projects":{"$ref":"#/components/schemas/Limits"},"invited_by":{"type":"string"},
  "created_at":{"type":"integer","description":"Unix milliseconds"},
  "expires_at":{"type":"integer"}}})"},
    {"MadeInvitation", R"({"type":"object","properties":{
  "path":{"type":"string","description":"The link behind the console's address, shown once"},
  "invitation":{"$ref":"#/components/schemas/Invitation"}}})"},
    {"OpenInvitation", R"({"type":"object","properties":{
  "email":{"type":"string"},"role":{"$ref":"#/components/schemas/RoleEverywhere"},
  "projects":{"$ref":"#/components/schemas/Limits"},
  "invited_by":{"type":"string"},"expires_at":{"type":"integer"}}})"},
    {"ErrorCounts", R"({"type":"object","properties":{
  "open":{"type":"integer"},"resolved":{"type":"integer"},"muted":{"type":"integer"},
  "ignored":{"type":"integer"}}})"},
    {"ErrorGroup", R"({"type":"object","properties":{
  "id":{"type":"integer"},"project":{"type":"string"},
  "fingerprint":{"type":["string","null"],
    "description":"null: its events share their name and their message instead"},
  "class":{"type":"string"},"message":{"type":"string"},
  "place":{"type":["string","null"],"description":"The innermost frame of the application"},
  "level":{"type":["string","null"]},"source":{"type":"string"},
  "sample":{"type":"string","description":"Its newest event, of which the texts above are"},
  "count":{"type":"integer","description":"Events of all time"},
  "first_seen_at":{"type":"integer","description":"Unix milliseconds"},
  "last_seen_at":{"type":"integer"},
  "first_release":{"type":["string","null"]},"last_release":{"type":["string","null"]},
  "state":{"type":"string","enum":["open","resolved","muted","ignored"]},
  "state_at":{"type":["integer","null"],"description":"null: nobody has changed it"},
  "state_by":{"type":["string","null"]},
  "after_release":{"type":["string","null"],
    "description":"Resolved in the next release: in the one behind this"},
  "mute_until_count":{"type":["integer","null"],"description":"Muted: opens at this count"},
  "mute_hour_max":{"type":["integer","null"],"description":"Muted: opens when an hour has more"},
  "reopened_at":{"type":["integer","null"],"description":"When it came back by itself"},
  "reopened_by":{"type":["string","null"],
    "description":"came_back, new_release, count or growth"},
  "assignee":{"type":["string","null"]},
  "filter":{"type":"array","items":{"type":"string"},
    "description":"With the project: the conditions that leave its events"},
  "events":{"type":["integer","null"],"x-optional":true,
    "description":"In the range; null: there was no time to count"},
  "users":{"type":["integer","null"],"x-optional":true,"description":"Estimated, in the range"},
  "trend":{"type":["object","null"],"x-optional":true,"properties":{
    "t":{"type":"array","items":{"type":"integer"},"description":"Unix seconds"},
    "events":{"type":"array","items":{"type":"integer"}},
    "users":{"type":"array","items":{"type":"integer"}}}}}})"},
    {"ErrorNote", R"({"type":"object","properties":{
  "id":{"type":"integer"},"author":{"type":"string"},
  "at":{"type":"integer","description":"Unix milliseconds"},"text":{"type":"string"},
  "may_remove":{"type":"boolean","description":"Whether who asks may"}}})"},
    {"View", R"({"type":"object","properties":{
  "id":{"type":"integer"},"name":{"type":"string"},"page":{"type":"string"},
  "query":{"type":"string","description":"What stands behind the question mark"},
  "is_shared":{"type":"boolean"},
  "owner":{"type":"string","description":"Empty where there is no such user any more"},
  "may_change":{"type":"boolean","description":"Whether who asks may change or remove it"},
  "created_at":{"type":"integer","description":"Unix milliseconds"},
  "changed_at":{"type":"integer"}}})"},
};

}  // namespace penstock::console
