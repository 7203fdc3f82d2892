/* How glibc allocates (mallopt), which Swift's module of glibc leaves out. */
#pragma once
#include <malloc.h>
