// `penstock setup state`: a state directory whose programs each have a user of their own.
//
// An older one was all of one user's, and root, or another tool, may have left files that their
// program cannot use. What lies in the folders is given to whom it belongs: events to the worker,
// the spool to the intake and the worker by their group, users to the console, keys to the intake
// and the administrators' group, and those that the console makes to the console and the intake.
// The units have it done before each start; when there is nothing to do it only looks. Cut off, it
// goes on where it was the next time.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

#include "app/config/config.h"
#include "base/error.h"

namespace penstock::cli {

struct Owner {
  uid_t user = 0;
  gid_t group = 0;
};

// Whose is what. The users are those of the package.
struct StateOwners {
  Owner spool;            // The intake, and the group that shares the spool.
  uid_t spool_other = 0;  // The worker, who makes files there too.
  Owner events;           // The worker, and group penstock, which reads the spool too.
  Owner console;
  Owner keys;          // Root's keys file.
  Owner console_keys;  // The console, which makes them, and the intake's group.

  // Nullopt, with a sentence in `lack`, where a user or a group is missing.
  static std::optional<StateOwners> find(std::string& lack);
};

struct StateChanges {
  std::uint64_t changed = 0;         // Files and folders.
  std::vector<std::string> skipped;  // Neither file nor folder, or with a second name: not ours.
};

// Requires root. Follows no link below the folders, and none to them but of root or of the folder's
// owner. kConfiguration or kExhausted with errno where a folder cannot be used.
Result<StateChanges> settle_state(const app::Config& config, const StateOwners& owners);

}  // namespace penstock::cli
