#include <cerrno>
#include <cstdio>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/text/row_text.h"
#include "cli/verb/password_prompt.h"
#include "cli/verb/verb.h"
#include "console/api/auth/accounts.h"
#include "console/api/auth/accounts_folder.h"

namespace penstock::cli {
namespace {

struct UserArguments {
  std::string email;
  std::string role = "viewer";
  std::vector<std::string> projects;
  bool must_change = false;
};

// No verb but `add` makes what is not there.
enum class IfAbsent : std::uint8_t { kFail, kMake };

int no_users(const std::string& path) {
  return failed(str_cat("there are no users: ", path,
                        " is not there. penstock-console makes it, with the first administrator, "
                        "when it starts; so does `penstock user add`"));
}

// Users are nobody's business but the console's.
std::string only_root_may(const std::string& path) {
  return ::access(path.c_str(), R_OK) != 0 && errno == EACCES ? "; root may (sudo)" : "";
}

// Opens the accounts, hands them to `work` and says why where that is not possible. Root works as
// the owner of the console's folder: the console, which is not root, has to write what is made
// here, and may have planted links where SQLite makes its files.
int with_accounts(const app::Config& config, IfAbsent if_absent,
                  const std::function<int(console::Accounts&)>& work) {
  return in_part(config, config.console_folder(), [&] {
    const SystemClock clock;
    const std::string path = config.console_path();
    const std::string folder = config.console_folder();
    const bool is_older = console::has_older_accounts(config.state_dir, folder);
    if (if_absent == IfAbsent::kFail && is_absent(path) && !is_older) return no_users(path);
    if (const auto ready = console::prepare_accounts_folder(config.state_dir, folder); !ready) {
      return failed(
          str_cat("the console's folder ", folder, " cannot be used: ", to_text(ready.error())));
    }
    auto accounts = console::Accounts::open(path, clock);
    if (accounts) return work(**accounts);
    return failed(str_cat("the users in ", path, " cannot be opened: ", to_text(accounts.error()),
                          only_root_may(path)));
  });
}

std::string rules_text() {
  return str_cat("a password has ", console::kPasswordBytesMin, " to ", console::kPasswordBytesMax,
                 " bytes");
}

// A refusal is told with the rule that was broken; anything else is the file's fault.
int refused(const Error& error, const std::string& what) {
  if (error.code == ErrorCode::kRejected) return failed(str_cat(what, ": ", error.step));
  return failed(to_text(error));
}

int add(const UserArguments& arguments, const app::Config& config) {
  const auto role = console::role_of(arguments.role);
  if (!role) {
    failed(str_cat("unknown role ", arguments.role));
    return app::kExitUsage;
  }
  console::Rights rights = *role;
  if (!arguments.projects.empty()) {
    std::vector<console::ProjectRole> projects;
    for (const std::string& project : arguments.projects) projects.push_back({project, *role});
    auto limited = console::rights_in(std::move(projects));
    if (!limited) {
      failed(str_cat("--project: ", limited.error().step));
      return app::kExitUsage;
    }
    rights = *std::move(limited);
  }
  return with_accounts(config, IfAbsent::kMake, [&](console::Accounts& accounts) {
    const auto password = read_password();
    if (!password) return app::kExitFailed;
    const auto user = accounts.add(arguments.email, rights, *password, arguments.must_change);
    if (!user) {
      return refused(user.error(),
                     str_cat("user ", arguments.email, " not added (", rules_text(), ")"));
    }
    std::printf("added %s as %s; signing in is possible at once\n", user->email.c_str(),
                for_terminal(console::to_text(rights)).c_str());
    return app::kExitDone;
  });
}

int set_password(const UserArguments& arguments, const app::Config& config) {
  return with_accounts(config, IfAbsent::kFail, [&](console::Accounts& accounts) {
    const auto password = read_password();
    if (!password) return app::kExitFailed;
    const auto changed = accounts.set_password(arguments.email, *password);
    if (!changed) {
      return refused(changed.error(),
                     str_cat("password of ", arguments.email, " not changed (", rules_text(), ")"));
    }
    std::printf("password of %s changed; their sessions have ended\n", arguments.email.c_str());
    return app::kExitDone;
  });
}

std::string day_or(std::int64_t wall_ms, const char* none) {
  return wall_ms > 0 ? day_text(wall_ms) : none;
}

// One role, or that there is one in each of some projects.
std::string role_text(const console::Rights& rights) {
  return rights.is_limited() ? "by project" : std::string(console::to_text(rights.role));
}

std::string notes_of(const console::User& user) {
  std::string notes = user.must_change_password ? "must change password" : "";
  if (user.rights.is_limited()) {
    notes += str_cat(notes.empty() ? "" : "; ", for_terminal(console::to_text(user.rights)));
  }
  return notes;
}

int list(const app::Config& config) {
  return in_part(config, config.console_folder(), [&] {
    const std::string path = console::has_older_accounts(config.state_dir, config.console_folder())
                                 ? config.state_dir + "/console.db"
                                 : config.console_path();
    if (is_absent(path)) return no_users(path);
    const auto users = console::Accounts::read_users(path);
    if (!users) {
      return failed(str_cat("the users in ", path, " cannot be read: ", to_text(users.error()),
                            only_root_may(path)));
    }
    std::printf("%-32s %-10s %-12s %-12s %s\n", "EMAIL", "ROLE", "CREATED", "LAST LOGIN", "");
    for (const console::User& user : *users) {
      std::printf("%-32s %-10s %-12s %-12s %s\n", for_terminal(user.email).c_str(),
                  role_text(user.rights).c_str(), day_or(user.created_at_ms, "-").c_str(),
                  day_or(user.last_login_ms, "never").c_str(), notes_of(user).c_str());
    }
    return app::kExitDone;
  });
}

int remove(const UserArguments& arguments, const app::Config& config) {
  return with_accounts(config, IfAbsent::kFail, [&](console::Accounts& accounts) {
    const auto removed = accounts.remove(arguments.email);
    if (!removed) {
      return refused(removed.error(), str_cat("user ", arguments.email, " not removed"));
    }
    std::printf("removed %s; their sessions have ended\n", arguments.email.c_str());
    return app::kExitDone;
  });
}

}  // namespace

void add_user(CLI::App& app, Context& context) {
  CLI::App* verb = add_verb(app, context, "user", "Users of the console");
  verb->require_subcommand(1);
  const auto arguments = std::make_shared<UserArguments>();
  const auto add_action = [&](const std::string& name, const std::string& description,
                              int (*action)(const UserArguments&, const app::Config&)) {
    CLI::App* sub = add_verb(*verb, context, name, description);
    sub->add_option("EMAIL", arguments->email, "The user")->required();
    sub->callback([&context, arguments, action] {
      context.action = [arguments, action](const app::Config& config) {
        return action(*arguments, config);
      };
    });
    return sub;
  };
  CLI::App* sub =
      add_action("add", "Add a user; the password is asked for or read from standard input", add);
  sub->add_option("--role", arguments->role, "viewer, editor or admin (default: viewer)")
      ->check(CLI::IsMember({"viewer", "editor", "admin"}));
  sub->add_option("--project", arguments->projects,
                  "Only in this project, which is all the user sees; several may be named");
  sub->add_flag("--must-change", arguments->must_change,
                "The password has to be changed at the first sign-in");
  add_action("passwd", "Change a user's password", set_password);
  add_action("remove", "Remove a user", remove);
  add_verb(*verb, context, "list", "List users")->callback([&context] {
    context.action = [](const app::Config& config) { return list(config); };
  });
}

}  // namespace penstock::cli
