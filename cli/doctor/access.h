// What a user may do with a path, by owners and mode bits, asked by somebody else.
//
// Access control lists and what a unit's namespace hides are not seen.
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace penstock::cli {

struct User {
  uid_t uid = 0;
  std::vector<gid_t> groups;
  std::string name;  // "nobody", or the number.
};

// With all of his groups. `group` is used where he is in no list.
User user_of(uid_t uid, gid_t group);

// R_OK, W_OK and X_OK of access(2), for that user. Also false where a folder on the way is closed
// to him; of what we cannot look at ourselves it is true, since nothing is known against it.
bool may(const User& user, const std::string& path, int wanted);

}  // namespace penstock::cli
