#include "cli/verbs.h"

int main(int argc, char** argv) { return penstock::cli::run(penstock::cli::verbs(), argc, argv); }
