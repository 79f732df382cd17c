#include "console/api/endpoints/key_parts.h"

#include <algorithm>
#include <utility>

#include "app/process/state_lock.h"
#include "app/status/process_report.h"
#include "base/bytes.h"
#include "client/http_client.h"
#include "files/folder.h"
#include "json/reader.h"

namespace penstock::console {

namespace {

constexpr mode_t kFolderMode = 0750;

Result<void> read_unsigned(json::Value& value, std::uint64_t& into) {
  const auto number = value.integer();
  if (!number) return fail(number.error());
  into = static_cast<std::uint64_t>(std::max<std::int64_t>(*number, 0));
  return {};
}

Result<void> read_time(json::Value& value, std::int64_t& into) {
  const auto number = value.integer();
  if (!number) return fail(number.error());
  into = *number;
  return {};
}

Result<void> read_use(json::Value& value, KeyUsage& usage) {
  std::string id;
  KeyUsage::Use use;
  PENSTOCK_TRY(value.members([&](std::string_view name, json::Value& member) -> Result<void> {
    if (name == "events") return read_unsigned(member, use.events);
    if (name == "refused") return read_unsigned(member, use.refused);
    if (name == "last_used_at") return read_time(member, use.last_ms);
    if (name != "id") return {};
    const auto text = member.string();
    if (!text) return fail(text.error());
    id = *text;
    return {};
  }));
  usage.by_id[id] = use;
  return {};
}

Result<void> read_unknown(json::Value& value, KeyUsage& usage) {
  KeyUsage::Unknown& unknown = usage.unknown.emplace_back();
  return value.members([&](std::string_view name, json::Value& member) -> Result<void> {
    if (name == "events") return read_unsigned(member, unknown.events);
    if (name != "prefix") return {};
    const auto text = member.string();
    if (!text) return fail(text.error());
    unknown.prefix = *text;
    return {};
  });
}

}  // namespace

const ListedKey* KeyList::find(std::string_view id) const {
  const auto found = std::find_if(keys.begin(), keys.end(),
                                  [id](const ListedKey& key) { return key.entry.id == id; });
  return found == keys.end() ? nullptr : &*found;
}

Result<KeyList> list_keys(const ConsoleSettings& settings) {
  auto own = intake::read_keys(settings.keys_path);
  if (!own) return fail(own.error());
  auto roots = intake::read_keys(settings.roots_keys_path);
  KeyList list;
  list.is_roots_readable = roots.has_value();
  intake::Keys all = roots ? *std::move(roots) : intake::Keys();
  const std::size_t of_root = all.size();
  intake::add_keys(all, *own);
  for (std::size_t i = 0; i < all.size(); ++i) {
    list.keys.push_back({std::move(all[i]), i < of_root});
  }
  std::stable_sort(list.keys.begin(), list.keys.end(), [](const ListedKey& a, const ListedKey& b) {
    return a.entry.created_at_ms > b.entry.created_at_ms;
  });
  return list;
}

Result<void> change_own_keys(const ConsoleSettings& settings,
                             FunctionRef<intake::KeysChange(intake::Keys&)> change) {
  PENSTOCK_TRY(files::make_folder(files::folder_of(settings.keys_path), kFolderMode));
  return intake::change_keys(settings.keys_path, change);
}

std::optional<KeyUsage> read_key_usage(std::string body) {
  reserve_padding(body);
  KeyUsage usage;
  bool is_usage = false;
  json::Reader reader;
  const auto read = reader.read(body, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view name, json::Value& member) -> Result<void> {
      if (name == "since") {
        is_usage = true;
        return read_time(member, usage.since_ms);
      }
      if (name == "require_key") {
        const auto truth = member.boolean();
        if (!truth) return fail(truth.error());
        usage.requires_key = *truth;
      }
      if (name == "keys") {
        return member.elements([&](json::Value& one) { return read_use(one, usage); });
      }
      if (name == "unknown") {
        return member.elements([&](json::Value& one) { return read_unknown(one, usage); });
      }
      return {};
    });
  });
  if (!read || !is_usage) return std::nullopt;
  return usage;
}

std::optional<KeyUsage> ask_key_usage(const ConsoleSettings& settings) {
  const auto running = app::find_running(settings.state_dir, app::kIngestProgram);
  if (!running || running->admin.empty()) return std::nullopt;
  auto answer = client::http_get(running->admin, "/keys", app::kAnswerMs);
  if (!answer || answer->status != 200) return std::nullopt;
  return read_key_usage(std::move(answer->body));
}

}  // namespace penstock::console
