// Whether addresses are free, before programs are started that want them.
//
// Each program would refuse to start and say so; who starts all three wants to know before that.
#pragma once

#include <string>
#include <vector>

namespace penstock::cli {

// Of `addresses`, the TCP ones that somebody listens at, or that stand in the list twice. Port 0
// is always free, and so is what is no address: its program will say so.
std::vector<std::string> taken_addresses(const std::vector<std::string>& addresses);

}  // namespace penstock::cli
