#include "console/api/auth/saved_views.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "console/api/auth/console_db.h"
#include "console/api/auth/plain_name.h"
#include "http/target.h"

namespace penstock::console {

namespace {

// Those whose address holds what they show.
constexpr std::string_view kPages[] = {"/", "/events", "/live", "/errors", "/sources"};

constexpr std::string_view kSelect =
    "SELECT views.id, owner_id, coalesce(users.email, ''), name, page, query, is_shared, "
    "views.created_at, changed_at FROM views LEFT JOIN users ON users.id = owner_id ";

// RFC 3986, 3.4, without the apostrophe: the page puts it into an address as it is.
bool is_query(std::string_view text) {
  constexpr std::string_view kMarks = "-._~%!$&()*+,;=:@/?[]|^";
  return std::all_of(text.begin(), text.end(), [&](char c) {
    const bool is_plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return is_plain || kMarks.find(c) != std::string_view::npos;
  });
}

SavedView view_of(const sqlite::Statement& row) {
  SavedView view;
  view.id = row.integer(0);
  if (!row.is_null(1)) view.owner_id = row.integer(1);
  view.owner = row.text(2);
  view.name = row.text(3);
  view.page = row.text(4);
  view.query = row.text(5);
  view.is_shared = row.integer(6) != 0;
  view.created_at_ms = row.integer(7);
  view.changed_at_ms = row.integer(8);
  return view;
}

class SqliteSavedViews final : public SavedViews {
 public:
  SqliteSavedViews(sqlite::Database database, const Clock& clock)
      : database_(std::move(database)), clock_(clock) {}

  Result<std::vector<SavedView>> list(std::int64_t user_id) override;
  Result<std::optional<SavedView>> find(std::int64_t id) override;
  Result<SavedView> add(SavedView view) override;
  Result<std::optional<SavedView>> change(SavedView view) override;
  Result<bool> remove(std::int64_t id) override;

 private:
  Result<std::int64_t> count_of(std::int64_t owner_id);

  sqlite::Database database_;
  const Clock& clock_;
};

Result<std::vector<SavedView>> SqliteSavedViews::list(std::int64_t user_id) {
  auto query = database_.prepare(
      str_cat(kSelect, "WHERE owner_id = ? OR is_shared = 1 ORDER BY name, views.id"));
  if (!query) return fail(query.error());
  query->bind(1, user_id);
  std::vector<SavedView> views;
  auto has_row = query->step();
  for (; has_row && *has_row; has_row = query->step()) views.push_back(view_of(*query));
  if (!has_row) return fail(has_row.error());
  return views;
}

Result<std::optional<SavedView>> SqliteSavedViews::find(std::int64_t id) {
  auto query = database_.prepare(str_cat(kSelect, "WHERE views.id = ?"));
  if (!query) return fail(query.error());
  query->bind(1, id);
  auto has_row = query->step();
  if (!has_row) return fail(has_row.error());
  if (!*has_row) return std::nullopt;
  return view_of(*query);
}

Result<std::int64_t> SqliteSavedViews::count_of(std::int64_t owner_id) {
  auto query = database_.prepare("SELECT count(*) FROM views WHERE owner_id = ?");
  if (!query) return fail(query.error());
  query->bind(1, owner_id);
  auto has_row = query->step();
  if (!has_row) return fail(has_row.error());
  return query->integer(0);
}

Result<SavedView> SqliteSavedViews::add(SavedView view) {
  auto transaction = sqlite::Transaction::begin(database_);
  if (!transaction) return fail(transaction.error());
  auto count = count_of(view.owner_id.value_or(0));
  if (!count) return fail(count.error());
  if (*count >= static_cast<std::int64_t>(kViewsMax)) {
    return fail(ErrorCode::kRejected, "you have 200 views: remove one first");
  }
  view.created_at_ms = clock_.wall_ms();
  view.changed_at_ms = view.created_at_ms;
  {
    auto insert = database_.prepare(
        "INSERT INTO views (owner_id, name, page, query, is_shared, created_at, changed_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)");
    if (!insert) return fail(insert.error());
    insert->bind(1, view.owner_id.value_or(0))
        .bind(2, view.name)
        .bind(3, view.page)
        .bind(4, view.query)
        .bind(5, std::int64_t{view.is_shared})
        .bind(6, view.created_at_ms)
        .bind(7, view.changed_at_ms);
    PENSTOCK_TRY(insert->run());
  }
  view.id = database_.last_row_id();
  PENSTOCK_TRY(transaction->commit());
  return view;
}

Result<std::optional<SavedView>> SqliteSavedViews::change(SavedView view) {
  view.changed_at_ms = clock_.wall_ms();
  auto update = database_.prepare(
      "UPDATE views SET owner_id = ?, name = ?, page = ?, query = ?, is_shared = ?, "
      "changed_at = ? WHERE id = ?");
  if (!update) return fail(update.error());
  update->bind(2, view.name)
      .bind(3, view.page)
      .bind(4, view.query)
      .bind(5, std::int64_t{view.is_shared})
      .bind(6, view.changed_at_ms)
      .bind(7, view.id);
  if (view.owner_id) {
    update->bind(1, *view.owner_id);
  } else {
    update->bind_null(1);
  }
  PENSTOCK_TRY(update->run());
  if (database_.changes() == 0) return std::nullopt;
  return view;
}

Result<bool> SqliteSavedViews::remove(std::int64_t id) {
  auto statement = database_.prepare("DELETE FROM views WHERE id = ?");
  if (!statement) return fail(statement.error());
  statement->bind(1, id);
  PENSTOCK_TRY(statement->run());
  return database_.changes() > 0;
}

}  // namespace

const char* view_fault(const SavedView& view) {
  if (!is_plain_name(view.name, kViewNameBytesMax)) {
    return "name: 1 to 80 bytes of text without control characters";
  }
  if (std::find(std::begin(kPages), std::end(kPages), view.page) == std::end(kPages)) {
    return "page: /, /events, /live, /errors or /sources";
  }
  if (view.query.size() > kViewQueryBytesMax) return "query: more than 4 KiB";
  if (!is_query(view.query)) return "query: characters that stand in no address";
  return nullptr;
}

std::string project_of(const SavedView& view) {
  std::string project;
  static_cast<void>(http::for_each_pair(
      view.query, [&](std::string_view name, std::string_view value) -> Result<void> {
        if (name == "project") project = value;
        return {};
      }));
  return project;
}

bool may_see(const SavedView& view, const User& user) {
  return view.owner_id == user.id ||
         (view.is_shared && user.rights.in(project_of(view)) >= Role::kViewer);
}

bool may_share(const SavedView& view, const User& user) {
  return user.rights.in(project_of(view)) >= Role::kEditor;
}

bool may_change(const SavedView& view, const User& user) {
  return view.owner_id == user.id ||
         (view.is_shared && user.rights.in(project_of(view)) == Role::kAdmin);
}

Result<std::unique_ptr<SavedViews>> SavedViews::open(const std::string& path, const Clock& clock) {
  auto database = open_console_db(path);
  if (!database) return fail(database.error());
  return std::unique_ptr<SavedViews>(
      std::make_unique<SqliteSavedViews>(std::move(*database), clock));
}

}  // namespace penstock::console
