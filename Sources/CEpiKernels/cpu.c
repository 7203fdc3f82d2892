#include "epi_kernels.h"
