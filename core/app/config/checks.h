// What the texts of a configuration must look like. Each check returns what is wrong, as the end
// of a sentence that begins with the setting's name, or "" when nothing is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::app {

// "host:port" or "[v6]:port" with a numeric address, or "unix:/path".
std::string check_listen_address(const std::string& text);
// The same, or "" for off.
std::string check_admin_address(const std::string& text);
// A unix socket, or "" for the one in the run folder.
std::string check_control_address(const std::string& text);
std::string check_network(const std::string& text);
// Of traffic: "/wp-admin/*".
std::string check_pattern(const std::string& text);

std::string check_ack(const std::string& text);
std::string check_queue_format(const std::string& text);
std::string check_evicting_redis(const std::string& text);
std::string check_log_level(const std::string& text);
std::string check_log_format(const std::string& text);

// Neither repeats the URL: it may hold a password.
std::string check_queue_url(const std::string& text);
std::string check_store_url(const std::string& text);
std::string check_public_url(const std::string& text);

// A name in Redis or in a job: not empty, printable, of moderate length.
std::string check_name(const std::string& text);
// Of a project.
std::string check_project(const std::string& text);
std::string check_path(const std::string& text);
std::string check_path_or_empty(const std::string& text);
// The path of an address that no protocol's route has, of characters that stand for themselves.
std::string check_script_path(const std::string& text);

// Insertions, removals and changes of single bytes that make `a` into `b`.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace penstock::app
