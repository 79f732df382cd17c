#include "console/api/auth/console_db.h"

#include <cerrno>

#include <sys/stat.h>

#include "sqlite/versions.h"

namespace penstock::console {

namespace {

// Step n leads from schema version n to n + 1. Only ever added to.
constexpr const char* kSchemaSteps[] = {
    R"sql(
    CREATE TABLE users (
      id INTEGER PRIMARY KEY,
      email TEXT NOT NULL UNIQUE,
      role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
      password_hash TEXT NOT NULL,
      must_change_password INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      last_login_at INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE sessions (
      token_hash TEXT PRIMARY KEY,
      user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      last_seen_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sessions_by_user ON sessions (user_id);
    PRAGMA user_version = 1;
    )sql",
    R"sql(
    CREATE TABLE secrets (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    PRAGMA user_version = 2;
    )sql",
    // Rows of audit are written once: SQLite itself refuses to change them, whoever asks. Shared
    // views outlive their owner, his private ones do not.
    R"sql(
    ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
    ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';
    CREATE TABLE audit (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      actor TEXT NOT NULL,
      act TEXT NOT NULL,
      subject TEXT NOT NULL,
      detail TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER audit_stays BEFORE UPDATE ON audit BEGIN
      SELECT RAISE(ABORT, 'the audit log is never changed');
    END;
    CREATE TRIGGER audit_remains BEFORE DELETE ON audit BEGIN
      SELECT RAISE(ABORT, 'the audit log is never changed');
    END;
    CREATE TABLE refused_sign_ins (
      minute INTEGER PRIMARY KEY,
      count INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE tokens (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      token_hash TEXT NOT NULL UNIQUE,
      user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
      created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL,
      last_used_at INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX tokens_by_user ON tokens (user_id);
    CREATE TABLE invitations (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      token_hash TEXT NOT NULL UNIQUE,
      email TEXT NOT NULL UNIQUE,
      role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
      invited_by TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      expires_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE views (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      owner_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
      name TEXT NOT NULL,
      page TEXT NOT NULL,
      query TEXT NOT NULL,
      is_shared INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      changed_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX views_by_owner ON views (owner_id);
    CREATE TRIGGER private_views_go BEFORE DELETE ON users BEGIN
      DELETE FROM views WHERE owner_id = OLD.id AND is_shared = 0;
    END;
    PRAGMA user_version = 3;
    )sql",
    // Errors by groups (console/api/errors). A group has a fingerprint, or else the name and the
    // message that all of its events share. error_progress is one row, and how far the store is
    // counted changes together with what was counted.
    R"sql(
    CREATE TABLE error_groups (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      project TEXT NOT NULL,
      fingerprint TEXT NOT NULL,
      name TEXT NOT NULL,
      said TEXT NOT NULL,
      class TEXT NOT NULL,
      message TEXT NOT NULL,
      place TEXT NOT NULL,
      level TEXT NOT NULL,
      source TEXT NOT NULL,
      count INTEGER NOT NULL,
      first_seen_at INTEGER NOT NULL,
      last_seen_at INTEGER NOT NULL,
      first_release TEXT NOT NULL,
      last_release TEXT NOT NULL,
      sample_id TEXT NOT NULL,
      hour INTEGER NOT NULL,
      hour_count INTEGER NOT NULL,
      peak_hour INTEGER NOT NULL,
      peak_count INTEGER NOT NULL,
      state TEXT NOT NULL DEFAULT 'open'
        CHECK (state IN ('open', 'resolved', 'muted', 'ignored')),
      state_at INTEGER NOT NULL DEFAULT 0,
      state_by TEXT NOT NULL DEFAULT '',
      resolved_release TEXT NOT NULL DEFAULT '',
      mute_until_count INTEGER NOT NULL DEFAULT 0,
      mute_hour_max INTEGER NOT NULL DEFAULT 0,
      reopened_at INTEGER NOT NULL DEFAULT 0,
      reopened_by TEXT NOT NULL DEFAULT '',
      assignee_id INTEGER REFERENCES users (id) ON DELETE SET NULL,
      UNIQUE (project, fingerprint, name, said)
    ) STRICT;
    CREATE INDEX error_groups_by_state ON error_groups (state, project);
    CREATE INDEX error_groups_by_time ON error_groups (project, last_seen_at);
    CREATE INDEX error_groups_by_assignee ON error_groups (assignee_id);
    CREATE TABLE error_notes (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      group_id INTEGER NOT NULL REFERENCES error_groups (id) ON DELETE CASCADE,
      author TEXT NOT NULL,
      at INTEGER NOT NULL,
      text TEXT NOT NULL
    ) STRICT;
    CREATE INDEX error_notes_by_group ON error_notes (group_id);
    CREATE TABLE error_releases (
      project TEXT NOT NULL,
      release TEXT NOT NULL,
      first_seen_at INTEGER NOT NULL,
      PRIMARY KEY (project, release)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE error_refusals (
      project TEXT PRIMARY KEY,
      events INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE error_progress (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      position TEXT NOT NULL,
      is_behind INTEGER NOT NULL,
      revision INTEGER NOT NULL
    ) STRICT;
    INSERT INTO error_progress VALUES (1, '0', 1, 0);
    PRAGMA user_version = 4;
    )sql",
    // Roles by project (rights_json.h). NULL: the role is one everywhere. Where there are some, the
    // role says nothing. Entries of the audit log hold each other (audit_log.h); older ones do not.
    R"sql(
    ALTER TABLE users ADD COLUMN projects TEXT;
    ALTER TABLE invitations ADD COLUMN projects TEXT;
    ALTER TABLE audit ADD COLUMN chain TEXT;
    PRAGMA user_version = 5;
    )sql",
};
constexpr sqlite::Steps kSteps = {.opening = "open console.db", .sql = kSchemaSteps};

// Each thread has several connections, of a few rows each.
constexpr std::int64_t kCacheKib = 256;

}  // namespace

Result<sqlite::Database> open_console_db(const std::string& path) {
  // SQLite gives its journal the mode that it finds. Made without being opened: to close a file
  // that is open elsewhere in this process would drop SQLite's locks on it.
  if (::mknod(path.c_str(), S_IFREG | 0600, 0) != 0 && errno != EEXIST) {
    return fail(ErrorCode::kConfiguration, errno, "create console.db");
  }
  auto database = sqlite::Database::open(path, {.access = sqlite::Access::kReadWrite,
                                                .sync = sqlite::Sync::kFull,
                                                .busy_timeout_ms = kConsoleDbBusyMs,
                                                .cache_kib = kCacheKib});
  if (!database) return fail(database.error());
  PENSTOCK_TRY(database->execute("PRAGMA foreign_keys = ON"));
  PENSTOCK_TRY(sqlite::bring_up(*database, path, kSteps));
  return database;
}

std::optional<files::FileVersion> console_db_version(const std::string& path) {
  const auto version = sqlite::version_of_file(path);
  if (!version) return std::nullopt;
  return files::FileVersion{path, *version, kSteps.last()};
}

}  // namespace penstock::console
