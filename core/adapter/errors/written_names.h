// What people wrote of the names in a stack, without what compilers, bundlers and engines made of
// them: rules 2 of the fingerprints (README.md).
//
// One build numbers closures, names proxies and hashes files otherwise than the next, and engines
// differ in what they call a function without a name; the error is the same.
#pragma once

#include <string>
#include <string_view>

#include "adapter/errors/fingerprint.h"

namespace penstock::adapter {

// Of a class or a function. Made parts and numbers go: "lambda$run$3", "Shop$$EnhancerBy…$$1a2b",
// "$Proxy12", "Checkout.func1.2", "<Run>d__12", "shop::run::h0123456789abcdef".
std::string written_symbol(std::string_view symbol);

// Of a function that is otherwise stable: without "Object.", which is not every engine's; empty
// where an engine says that it has no name.
std::string_view written_function(std::string_view function);

// Of a file that is otherwise stable: the hash that a bundler put before ".js" is "#".
std::string written_file(std::string_view file);

// A frame that no line of a program stands for, or not in every version of a language: evaluated
// and native code, and Python's list, dict and set comprehensions, which are inlined since 3.12.
bool is_made_frame(const Frame& frame);

}  // namespace penstock::adapter
