// Schemas that several answers name by $ref. openapi.cc has them among its components.
#pragma once

namespace penstock::console {

struct NamedSchema {
  const char* name;
  const char* schema;  // JSON text.
};

inline constexpr NamedSchema kSharedSchemas[] = {
    {"Role", R"({"type":"string","enum":["viewer","editor","admin"]})"},
    {"User", R"({"type":"object","properties":{
  "id":{"type":"integer"},"email":{"type":"string"},
  "role":{"$ref":"#/components/schemas/Role"},"must_change_password":{"type":"boolean"},
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
    {"Invitation", R"({"type":"object","properties":{
  "id":{"type":"integer"},"email":{"type":"string"},
  "role":{"$ref":"#/components/schemas/Role"},"invited_by":{"type":"string"},
  "created_at":{"type":"integer","description":"Unix milliseconds"},
  "expires_at":{"type":"integer"}}})"},
    {"MadeInvitation", R"({"type":"object","properties":{
  "path":{"type":"string","description":"The link behind the console's address, shown once"},
  "invitation":{"$ref":"#/components/schemas/Invitation"}}})"},
    {"OpenInvitation", R"({"type":"object","properties":{
  "email":{"type":"string"},"role":{"$ref":"#/components/schemas/Role"},
  "invited_by":{"type":"string"},"expires_at":{"type":"integer"}}})"},
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
