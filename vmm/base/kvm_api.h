/* SPDX-License-Identifier: MIT */
/*
 * <linux/kvm.h>, and what the VMM uses of it that headers older than Linux 5.16 lack (Debian 11 has 5.10). The running
 * kernel decides what can be used, not the headers, so a VMM that was made with old headers can do the same.
 */
#ifndef VMM_BASE_KVM_API_H
#define VMM_BASE_KVM_API_H

#include <linux/kvm.h>

#ifndef KVM_GET_STATS_FD /* Linux 5.14 */
#define KVM_CAP_BINARY_STATS_FD 203
#define KVM_GET_STATS_FD _IO(KVMIO, 0xce)

struct kvm_stats_header {
	__u32 flags, name_size, num_desc, id_offset, desc_offset, data_offset;
};

struct kvm_stats_desc {
	__u32 flags;
	__s16 exponent;
	__u16 size;
	__u32 offset, bucket_size;
	char name[];
};
#endif

#ifndef KVM_VCPU_TSC_CTRL /* Linux 5.16 */
#define KVM_VCPU_TSC_CTRL 0
#define KVM_VCPU_TSC_OFFSET 0
#endif

#endif
