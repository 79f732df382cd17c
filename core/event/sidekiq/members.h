// A Sidekiq job's members, so that a few can be changed while all others keep their text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "json/reader.h"

namespace penstock::event {

// A value.
class SidekiqMembers {
 public:
  // Copies the text. kRejected where it is JSON but no object, kCorrupt where it is no JSON.
  static Result<SidekiqMembers> parse(std::string_view text);

  // As JSON; empty where there is no such member. Of several with one name the last counts.
  std::string_view json(std::string_view name) const;
  // Nullopt where the member is absent or of another kind.
  std::optional<std::string> text(std::string_view name) const;
  std::optional<std::int64_t> integer(std::string_view name) const;
  std::optional<std::int64_t> time_ms(std::string_view name) const;

  // Replaces the member or appends it. `json` is known to be valid.
  void set(std::string_view name, std::string json);
  void set_text(std::string_view name, std::string_view text);
  void set_time(std::string_view name, std::int64_t ms);
  void remove(std::string_view name);

  // The object's text.
  std::string finish() const;

 private:
  struct Member {
    std::string name;
    std::string json;
  };
  void read_scalar(std::string_view name, FunctionRef<void(json::Value& value)> use) const;

  std::vector<Member> members_;
};

}  // namespace penstock::event
