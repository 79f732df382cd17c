#include "import/own_export.h"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "adapter/contract/completion.h"
#include "base/bytes.h"
#include "base/text.h"
#include "event/client_time.h"
#include "event/fields.h"
#include "event/kind.h"
#include "event/limits.h"
#include "http/client_address.h"

namespace penstock::importing {
namespace {

using event::TextField;

struct TextMember {
  std::string_view name;
  TextField field;
};
constexpr TextMember kTexts[] = {
    {"kind", TextField::kKind},
    {"name", TextField::kName},
    {"url", TextField::kUrl},
    {"referrer", TextField::kReferrer},
    {"user_id", TextField::kUserId},
    {"anonymous_id", TextField::kAnonymousId},
    {"session_id", TextField::kSessionId},
};

// The export puts a quote mark before a cell that a spreadsheet would take for a formula.
std::string_view without_guard(std::string_view text) {
  constexpr std::string_view kFormulas = "=+-@\t\r\n\xef";
  const bool is_guarded =
      text.size() > 1 && text[0] == '\'' && kFormulas.find(text[1]) != std::string_view::npos;
  return is_guarded ? text.substr(1) : text;
}

class OwnExportReader final : public RowReader {
 public:
  adapter::ReadOutcome read(const Row& row, const adapter::Context& context) override {
    context.workspace.draft.clear();
    record_ = {};
    record_.project = context.origin.project;
    record_.source = "import";
    record_.received_at_ms = context.origin.received_at_ms;
    record_.occurred_at_ms = context.origin.received_at_ms;
    properties_.clear();
    problem_ = {};
    const bool is_read = row.cells.empty() ? read_json(row, context) : read_cells(row, context);
    if (!is_read) return refused("is no event of an export");
    return finish(context);
  }

 private:
  static adapter::ReadOutcome refused(std::string problem) {
    return adapter::refusal(422, adapter::kInvalidEventError, std::move(problem));
  }

  bool read_json(const Row& row, const adapter::Context& context) {
    const auto read = context.workspace.reader.read(row.text, [&](json::Value& root) {
      return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
        if (key == "properties" && value.kind() == json::Kind::kObject) {
          return value.append_to(properties_, event::kPropertiesDepthMax);
        }
        if (value.kind() == json::Kind::kString) {
          const auto text = value.string();
          if (!text) return fail(text.error());
          take(key, *text, context);
        } else if (value.kind() == json::Kind::kNumber) {
          const auto text = value.raw(1);
          if (!text) return fail(text.error());
          take(key, *text, context);
        }
        return {};
      });
    });
    return read.has_value();
  }

  bool read_cells(const Row& row, const adapter::Context& context) {
    texts_.resize(std::max(texts_.size(), row.cells.size()));
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const Cell& cell = row.cells[i];
      const std::string_view text = adapter::as_utf8(without_guard(cell.text), texts_[i]);
      if (cell.name == "properties") {
        if (!take_properties(text, context)) return false;
      } else {
        take(cell.name, text, context);
      }
    }
    return true;
  }

  bool take_properties(std::string_view text, const adapter::Context& context) {
    if (text.empty()) return true;
    json_.assign(text);
    reserve_padding(json_);
    const auto read = context.workspace.text_reader.read(json_, [this](json::Value& root) {
      return root.kind() == json::Kind::kObject
                 ? root.append_to(properties_, event::kPropertiesDepthMax)
                 : fail(ErrorCode::kRejected, "read properties: no object");
    });
    return read.has_value();
  }

  void take(std::string_view name, std::string_view text, const adapter::Context& context) {
    for (const TextMember& member : kTexts) {
      if (member.name == name && !text.empty()) {
        return context.workspace.draft.set_text(member.field, text);
      }
    }
    if (name == "id") {
      const auto id = event::Id::from_hex(text);
      if (!id) problem_ = "id is not 32 hex digits";
      if (id) record_.id = *id;
    } else if (name == "occurred_at" || name == "received_at") {
      const auto ms = event::parse_client_time(text);
      if (!ms || *ms < 0 || *ms > event::kTimeMaxMs) {
        problem_ = "has a time that is none";
      } else {
        (name == "occurred_at" ? record_.occurred_at_ms : record_.received_at_ms) = *ms;
      }
    } else if (name == "project" && !text.empty()) {
      take_name(text, event::kProjectBytesMax, record_.project, project_);
    } else if (name == "source" && !text.empty()) {
      take_name(text, event::kSourceBytesMax, record_.source, source_);
    } else if (name == "ip") {
      ip_.clear();
      if (const auto address = http::Address::parse(trim(text))) ip_ = address->text();
      record_.ip = ip_;
    } else if (name == "user_agent") {
      take_name(text.substr(0, text.find('\0')), event::kUserAgentBytesMax, record_.user_agent,
                user_agent_);
    }
  }

  void take_name(std::string_view text, std::size_t bytes_max, std::string_view& into,
                 std::string& buffer) {
    if (text.size() > bytes_max || text.find('\0') != std::string_view::npos) {
      problem_ = "has a project, a source or a user agent that is too long";
      return;
    }
    buffer.assign(text);
    into = buffer;
  }

  adapter::ReadOutcome finish(const adapter::Context& context) {
    event::Draft& draft = context.workspace.draft;
    if (!problem_.empty()) return refused(std::string(problem_));
    if (draft.text(TextField::kName).empty()) return refused("has no name");
    if (draft.fault()) return refused(adapter::to_text(*draft.fault()));
    draft.copy_texts(record_);
    record_.properties = properties_;
    adapter::ReadOutcome outcome;
    if (!context.sink.add(record_)) return refused("is larger than ingest.max_event_bytes");
    outcome.accepted = 1;
    return outcome;
  }

  event::Record record_;
  std::string_view problem_;
  std::string properties_;
  std::string json_;
  std::string project_;
  std::string source_;
  std::string ip_;
  std::string user_agent_;
  std::vector<std::string> texts_;
};

}  // namespace

std::unique_ptr<RowReader> make_own_export_reader(const FormatOptions& /*options*/) {
  return std::make_unique<OwnExportReader>();
}

}  // namespace penstock::importing
